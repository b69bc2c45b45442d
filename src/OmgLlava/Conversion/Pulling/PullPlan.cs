using System.Globalization;
using OmgLlava.Weights;

namespace OmgLlava.Conversion.Pulling;

/// <summary>What pulling a model will do; nothing has been downloaded yet.</summary>
internal sealed record PullPlan
{
    internal PullPlan(ModelManifest manifest, PullOptions options, string output) =>
        (Manifest, Options, Output) = (manifest, options, output);

    /// <summary>The model.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>The model directory that will be written.</summary>
    public string Output { get; }

    /// <summary>The files.</summary>
    public IReadOnlyList<PlannedFile> Files { get; internal init; } = [];

    /// <summary>Bytes to download.</summary>
    public long DownloadBytes => Files.Sum(file => file.Bytes - file.BytesHere);

    /// <summary>Bytes of the model directory; an estimate where <see cref="ModelManifest.Preset"/> tells nothing.</summary>
    public long OutputBytes { get; internal init; }

    /// <summary>The folder that files are downloaded to.</summary>
    public string Cache { get; internal init; } = "";

    /// <summary>Whether the output is this model already, made of the same files.</summary>
    public bool IsDone { get; internal init; }

    internal PullOptions Options { get; }

    /// <summary>For each disk that is written to: its root, what it will take and what is free, in bytes.</summary>
    public IReadOnlyList<(string Disk, long Needed, long Free)> Disks =>
        [
            .. ((string Path, long Bytes)[])[(Cache, DownloadBytes), (Output, OutputBytes)] is var parts
                ? parts
                    .Where(part => part.Path.Length > 0 && part.Bytes > 0)
                    .Select(part => (Drive: DiskSpace.Of(part.Path), part.Bytes))
                    .Where(part => part.Drive is not null)
                    .GroupBy(part => part.Drive!.RootDirectory.FullName)
                    .Select(disk => (disk.Key, disk.Sum(part => part.Bytes), disk.First().Drive!.AvailableFreeSpace))
                : [],
        ];

    /// <summary>Checks that what will be written has room.</summary>
    /// <exception cref="OmgLlavaException">A disk has too little.</exception>
    public void RequireSpace()
    {
        foreach ((string disk, long needed, long free) in IsDone ? [] : Disks)
        {
            if (needed > free)
            {
                throw new OmgLlavaException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The disk at '{disk}' needs {needed / 1e9:F1} GB more, but {free / 1e9:F1} GB are free; free some, "
                            + $"or use another disk for the downloads (HF_HUB_CACHE) or the model (--out)."
                    )
                );
            }
        }
    }
}
