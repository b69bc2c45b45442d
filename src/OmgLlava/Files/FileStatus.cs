using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace OmgLlava.Files;

/// <summary>What the system says of the file that a path leads to, links followed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Identity">The same for all names of one file.</param>
internal readonly partial record struct FileStatus(FileKind Kind, string Identity)
{
    private const int StatusBytes = 256; // struct statx of Linux, the same on every processor
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeModeInode = 0x103; // STATX_TYPE, STATX_MODE, STATX_INO
    private const int TypeBits = 0xF000;
    private const int RegularBits = 0x8000;
    private const int FolderBits = 0x4000;

    /// <summary>Asks the system.</summary>
    public static FileStatus Of(string path)
    {
        if (OperatingSystem.IsLinux() && TryAsk(path) is { } status)
        {
            return status;
        }

        string whole = Path.GetFullPath(path);
        string target = File.ResolveLinkTarget(whole, returnFinalTarget: true)?.FullName ?? whole;
        bool device = !OperatingSystem.IsWindows() && target.StartsWith("/dev/", StringComparison.Ordinal);
        FileKind kind =
            Directory.Exists(target) ? FileKind.Folder
            : !File.Exists(target) ? FileKind.Missing
            : device ? FileKind.Special
            : FileKind.Regular;
        return new FileStatus(kind, target);
    }

    [SupportedOSPlatform("linux")]
    private static unsafe FileStatus? TryAsk(string path)
    {
        try
        {
            byte* buffer = stackalloc byte[StatusBytes];
            if (Statx(CurrentFolder, path, 0, TypeModeInode, buffer) != 0)
            {
                return new FileStatus(FileKind.Missing, Path.GetFullPath(path));
            }

            int type = *(ushort*)(buffer + ModeAt) & TypeBits;
            FileKind kind = type switch
            {
                RegularBits => FileKind.Regular,
                FolderBits => FileKind.Folder,
                _ => FileKind.Special,
            };
            return new FileStatus(kind, $"{*(ulong*)(buffer + DeviceAt):x}:{*(ulong*)(buffer + InodeAt):x}");
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library older than statx
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);
}
