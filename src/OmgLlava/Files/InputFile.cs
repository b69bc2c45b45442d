namespace OmgLlava.Files;

/// <summary>Opening files with errors that a person can act on.</summary>
internal static class InputFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="OmgLlavaException">It is missing, a folder, or may not be read.</exception>
    public static FileStream Open(string path)
    {
        if (path.Length == 0)
        {
            throw new OmgLlavaException("A file to read has no name; give one.");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OmgLlavaException($"The file '{path}' does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = Directory.Exists(path) ? "it is a folder" : error.Message;
            throw new OmgLlavaException($"The file '{path}' cannot be read: {why}.", error);
        }
    }

    /// <summary>Reads a whole file that is small by its nature.</summary>
    /// <exception cref="OmgLlavaException">It cannot be read, or has more than 16 MB.</exception>
    public static byte[] ReadSmall(string path)
    {
        const int Most = 16 << 20;
        using FileStream file = Open(path);
        if (file.Length > Most)
        {
            throw new OmgLlavaException($"'{path}' has {file.Length >> 20} MB, too much for what it should hold.");
        }

        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
