using System.Text.Json.Serialization;

namespace OmgLlava.Training.Recipes;

/// <summary>How the weights follow the gradient.</summary>
internal enum OptimizerKind
{
    /// <summary>AdamW, as published.</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Muon for the matrices between embeddings and head, AdamW for all else; not in the paper.</summary>
    [JsonStringEnumMemberName("muon")]
    Muon,
}
