namespace OmgLlava.Conversion.Pulling;

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
