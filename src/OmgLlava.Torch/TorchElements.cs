using OmgLlava.Formats;
using static TorchSharp.torch;

namespace OmgLlava.Torch;

/// <summary>Element types of files and of TorchSharp.</summary>
internal static class TorchElements
{
    /// <summary>TorchSharp's name of a type.</summary>
    public static ScalarType ToTorch(this ElementType type) => type switch
    {
        ElementType.Byte => ScalarType.Byte,
        ElementType.Int8 => ScalarType.Int8,
        ElementType.Int16 => ScalarType.Int16,
        ElementType.Int32 => ScalarType.Int32,
        ElementType.Int64 => ScalarType.Int64,
        ElementType.Float16 => ScalarType.Float16,
        ElementType.BFloat16 => ScalarType.BFloat16,
        ElementType.Float32 => ScalarType.Float32,
        ElementType.Float64 => ScalarType.Float64,
        ElementType.Bool => ScalarType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "TorchSharp has no such type."),
    };

    /// <summary>Our name of a type.</summary>
    public static ElementType ToElement(this ScalarType type) => type switch
    {
        ScalarType.Byte => ElementType.Byte,
        ScalarType.Int8 => ElementType.Int8,
        ScalarType.Int16 => ElementType.Int16,
        ScalarType.Int32 => ElementType.Int32,
        ScalarType.Int64 => ElementType.Int64,
        ScalarType.Float16 => ElementType.Float16,
        ScalarType.BFloat16 => ElementType.BFloat16,
        ScalarType.Float32 => ElementType.Float32,
        ScalarType.Float64 => ElementType.Float64,
        ScalarType.Bool => ElementType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No tensor file of ours holds this type."),
    };
}
