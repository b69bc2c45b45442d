namespace OmgLlava.Language.Cpu;

/// <summary>How keys and values of earlier positions are held.</summary>
internal enum CacheFormat
{
    /// <summary>Half the memory; what the published runs hold.</summary>
    Float16,

    /// <summary>Nothing is rounded.</summary>
    Float32,
}
