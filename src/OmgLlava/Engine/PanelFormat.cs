namespace OmgLlava.Engine;

/// <summary>How the numbers of a <see cref="PackedMatrix"/> are held.</summary>
internal enum PanelFormat
{
    /// <summary>As they are computed with.</summary>
    Float32,

    /// <summary>The upper halves of numbers whose lower ones are zero.</summary>
    BFloat16,

    /// <summary>Whole numbers -127..127, with a scale for each row.</summary>
    Int8,
}
