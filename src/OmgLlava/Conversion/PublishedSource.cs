using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>One opened file, or set of shards, among what a person gave.</summary>
/// <param name="Tensors">Its tensors.</param>
/// <param name="Bundle">Where it was found; sources of one bundle are one checkpoint, as the folders of an exported model
/// are.</param>
/// <param name="Named">Whether the person named it, instead of a folder that it lies in.</param>
/// <param name="Adapter">What the PEFT folder around it says of its adapters; null where there is none.</param>
internal sealed record PublishedSource(ITensorSource Tensors, string Bundle, bool Named, PeftConfig? Adapter) : IDisposable
{
    /// <summary>The folder that it lies in.</summary>
    public string Folder =>
        Path.GetDirectoryName(
            Path.GetFullPath(Directory.Exists(Tensors.Path) ? Path.Combine(Tensors.Path, "shard") : Tensors.Path)
        )!;

    /// <inheritdoc/>
    public void Dispose() => Tensors.Dispose();
}
