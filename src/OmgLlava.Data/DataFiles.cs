using Microsoft.Win32.SafeHandles;

namespace OmgLlava.Data;

/// <summary>Opening files of a data set with errors that a person can act on.</summary>
internal static class DataFiles
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="OmgLlavaException">It is missing, a folder, or may not be read.</exception>
    public static FileStream OpenRead(string path) =>
        Open(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1));

    /// <summary>Opens a file for reading at any place.</summary>
    /// <exception cref="OmgLlavaException">It is missing, a folder, or may not be read.</exception>
    public static SafeFileHandle OpenHandle(string path) =>
        Open(path, () => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));

    /// <summary>A folder that must be there.</summary>
    /// <exception cref="OmgLlavaException">It is not.</exception>
    public static string Folder(string path) =>
        Directory.Exists(path) ? path : throw new OmgLlavaException($"The folder '{path}' does not exist.");

    /// <summary>The path of a file that a record names, which must not lead out of its folder.</summary>
    /// <exception cref="OmgLlavaException">It does, or is no path.</exception>
    public static string Inside(string folder, string name)
    {
        bool plain = name.Length > 0 && !name.Contains('\0') && !Path.IsPathRooted(name) && !name.Split('/', '\\').Contains("..");
        return plain
            ? Path.Combine(folder, name)
            : throw new OmgLlavaException($"The file name '{name}' leads out of its folder.");
    }

    private static T Open<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OmgLlavaException($"The file '{path}' does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = Directory.Exists(path) ? "it is a folder" : error.Message.TrimEnd('.');
            throw new OmgLlavaException($"The file '{path}' cannot be read: {why}.", error);
        }
    }
}
