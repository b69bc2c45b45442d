namespace OmgLlava.Formats;

/// <summary>The type of a stored tensor's elements.</summary>
public enum ElementType
{
    /// <summary>Whole numbers 0..255, and bytes that hold packed weights.</summary>
    Byte,

    /// <summary>Whole numbers of 8 bits.</summary>
    Int8,

    /// <summary>Whole numbers of 16 bits.</summary>
    Int16,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64,

    /// <summary>IEEE numbers of 16 bits.</summary>
    Float16,

    /// <summary>The upper half of a 32-bit number: its range with 8 bits of precision.</summary>
    BFloat16,

    /// <summary>IEEE numbers of 32 bits.</summary>
    Float32,

    /// <summary>IEEE numbers of 64 bits.</summary>
    Float64,

    /// <summary>One byte each, 0 or 1.</summary>
    Bool,
}
