using System.Globalization;

namespace OmgLlava.Weights;

/// <summary>What is free on the disk of a path.</summary>
internal static class DiskSpace
{
    private const int NoSpaceOnUnix = 28; // ENOSPC
    private const int QuotaOnLinux = 122; // EDQUOT
    private const int NoSpaceOnWindows = 0x70; // ERROR_DISK_FULL

    /// <summary>The disk that a path, which need not exist, lies on; null where that cannot be told.</summary>
    public static DriveInfo? Of(string path)
    {
        string full = Path.GetFullPath(path);
        return DriveInfo
            .GetDrives()
            .Where(drive => drive.IsReady && IsBelow(full, drive.RootDirectory.FullName))
            .MaxBy(drive => drive.RootDirectory.FullName.Length);
    }

    /// <summary>Checks that there is room before anything is written.</summary>
    /// <param name="path">What will be written.</param>
    /// <param name="bytes">How much.</param>
    /// <exception cref="OmgLlavaException">Its disk has less.</exception>
    public static void Require(string path, long bytes)
    {
        if (Of(path) is { } drive && drive.AvailableFreeSpace < bytes)
        {
            throw new OmgLlavaException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{path}' needs {bytes / 1e9:F1} GB on the disk at '{drive.RootDirectory}', but "
                        + $"{drive.AvailableFreeSpace / 1e9:F1} GB are free; free some, or write to another disk."
                )
            );
        }
    }

    /// <summary>Whether a write failed because there is no space left.</summary>
    public static bool IsFull(Exception error) =>
        error is IOException
        && (
            error.HResult is NoSpaceOnUnix or QuotaOnLinux
            || (OperatingSystem.IsWindows() && (error.HResult & 0xFFFF) == NoSpaceOnWindows)
        );

    private static bool IsBelow(string path, string root) =>
        path == root
        || path.StartsWith(
            Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );
}
