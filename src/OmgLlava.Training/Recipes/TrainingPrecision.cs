using System.Text.Json.Serialization;

namespace OmgLlava.Training.Recipes;

/// <summary>Element type of the forward and backward pass.</summary>
internal enum TrainingPrecision
{
    /// <summary>32 bits.</summary>
    [JsonStringEnumMemberName("float32")]
    Full,

    /// <summary>16 bits with the range of 32; pays for wide models and on a GPU, not for narrow ones on a CPU.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    Brain,
}
