using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Training.Engine;

/// <summary>The losses of one pass, as numbers.</summary>
/// <param name="Total">What is minimised.</param>
/// <param name="Terms">Its parts and other measures by name.</param>
internal sealed record PartLosses(double Total, IReadOnlyDictionary<string, double> Terms)
{
    private static readonly JsonSerializerOptions Exact = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>For another process, without loss.</summary>
    public static byte[] Write(IReadOnlyList<PartLosses> parts) => JsonSerializer.SerializeToUtf8Bytes(parts, Exact);

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<PartLosses> Read(byte[] bytes) => JsonSerializer.Deserialize<PartLosses[]>(bytes, Exact)!;
}
