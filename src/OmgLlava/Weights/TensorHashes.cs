using System.Security.Cryptography;

namespace OmgLlava.Weights;

/// <summary>SHA-256 of tensors while they are written, so that a model directory can be checked later.</summary>
internal sealed class TensorHashes
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>64 hexadecimal digits by name.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The hash of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A filler that does what another does, and remembers the hash of what it gave.</summary>
    public TensorFiller Watch(TensorFiller fill) =>
        (info, bytes) =>
        {
            fill(info, bytes);
            Note(info.Name, bytes);
        };

    /// <summary>Remembers the hash of a tensor.</summary>
    public void Note(string name, ReadOnlySpan<byte> bytes) => _values[name] = Of(bytes);
}
