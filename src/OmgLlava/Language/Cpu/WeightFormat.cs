using System.Text.Json.Serialization;

namespace OmgLlava.Language.Cpu;

/// <summary>How the numbers of a weight matrix are held.</summary>
public enum WeightFormat
{
    /// <summary>32 bits a weight.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>16 bits a weight.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,

    /// <summary>8 bits a weight and a float16 scale for every 32 of a row: 8.5 bits.</summary>
    [JsonStringEnumMemberName("int8")]
    Int8,

    /// <summary>4 bits a weight and a float16 scale for every 32 of a row: 4.5 bits.</summary>
    [JsonStringEnumMemberName("int4")]
    Int4,
}
