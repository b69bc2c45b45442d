using System.Collections.Concurrent;

namespace OmgLlava.Files;

/// <summary>
/// The one writer of files. A regular file appears under its name only when it is whole: it is written beside it under a
/// temporary name and renamed. Links are followed, permissions are kept, and what is no regular file - a device, a pipe - is
/// written through and stays what it is.
/// </summary>
internal static class OutputFile
{
    /// <summary>Permissions of files that are nobody else's business.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly ConcurrentDictionary<string, byte> Unfinished = new();

    /// <summary>Writes bytes.</summary>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        byte[] bytes = content.ToArray();
        Write(path, file => file.Write(bytes), mode);
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <param name="mode">Permissions of a file that is new; null for the usual ones. One that exists keeps its own.</param>
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void Write(string path, Action<FileStream> write, UnixFileMode? mode = null)
    {
        RequireName(path);
        try
        {
            switch (FileStatus.Of(path).Kind)
            {
                case FileKind.Folder:
                    throw new OmgLlavaException($"'{path}' is a folder; give the name of a file.");
                case FileKind.Special:
                    using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                    {
                        write(stream);
                    }

                    break;
                default:
                    Replace(Target(path), write, mode);
                    break;
            }
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw new OmgLlavaException($"The file '{path}' cannot be written: {Reason(error)}.", error);
        }
    }

    /// <summary>Finds out, before any work, whether a file can be written. Nothing is changed.</summary>
    /// <exception cref="OmgLlavaException">It cannot be; the message says why.</exception>
    public static void Check(string path)
    {
        RequireName(path);
        FileKind kind = FileStatus.Of(path).Kind;
        string target = kind == FileKind.Special ? path : Target(path);
        string folder = Path.GetDirectoryName(target) ?? "/";
        if (kind == FileKind.Folder)
        {
            throw new OmgLlavaException($"'{path}' is a folder; give the name of a file.");
        }

        if (kind == FileKind.Special)
        {
            return; // opening a pipe would wait for its reader
        }

        if (!Directory.Exists(folder))
        {
            throw new OmgLlavaException($"The folder '{folder}' for '{path}' does not exist.");
        }

        try
        {
            if (kind == FileKind.Regular)
            {
                new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
            }

            string probe = Temporary(target);
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write).Dispose();
            File.Delete(probe);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw new OmgLlavaException($"The file '{path}' cannot be written: {Reason(error)}.", error);
        }
    }

    /// <summary>Whether two paths are one file, by whatever names.</summary>
    public static bool IsSame(string one, string other)
    {
        (FileStatus a, FileStatus b) = (FileStatus.Of(one), FileStatus.Of(other));
        return a.Kind != FileKind.Special
            && b.Kind != FileKind.Special
            && (a.Kind == FileKind.Missing && b.Kind == FileKind.Missing ? Target(one) == Target(other) : a == b);
    }

    /// <summary>Removes what is being written: for a process that ends in the middle of it.</summary>
    public static void Abandon()
    {
        foreach (string path in Unfinished.Keys)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // the process ends; nobody can do anything about it
            }
        }
    }

    private static void Replace(string target, Action<FileStream> write, UnixFileMode? mode)
    {
        string temporary = Temporary(target);
        bool unix = !OperatingSystem.IsWindows();
        UnixFileMode? kept = unix && File.Exists(target) ? File.GetUnixFileMode(target) : mode;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 1 << 20,
        };
        if (unix && kept is { } permissions)
        {
            options.UnixCreateMode = permissions;
        }

        Unfinished[temporary] = 0;
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                if (unix && kept is { } exactly)
                {
                    File.SetUnixFileMode(file.SafeFileHandle, exactly); // whatever the umask takes away
                }

                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
            Unfinished.TryRemove(temporary, out _);
        }
    }

    /// <summary>The file that a path leads to, whether it is there or not.</summary>
    private static string Target(string path)
    {
        string whole = Path.GetFullPath(path);
        return new FileInfo(whole).LinkTarget is null
            ? whole
            : File.ResolveLinkTarget(whole, returnFinalTarget: true)?.FullName ?? whole;
    }

    private static string Temporary(string target) => $"{target}.{Path.GetRandomFileName()}.tmp";

    private static void RequireName(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
        {
            throw new OmgLlavaException("A file to write has no name; give one.");
        }
    }

    /// <summary>Why a file cannot be written, without the temporary name that nobody knows.</summary>
    private static string Reason(Exception error) =>
        error is UnauthorizedAccessException
            ? "permission denied"
            : error.Message.Split(" : '", 2)[0].TrimEnd('.');

    /// <summary>What the system says when a file cannot be written; .NET gives "too large for the limit" (EFBIG) as a wrong
    /// argument.</summary>
    private static bool IsRefusal(Exception error) =>
        error
            is IOException
                or UnauthorizedAccessException
                or NotSupportedException
                or ArgumentOutOfRangeException { ParamName: "value" };
}
