namespace OmgLlava.Weights;

/// <summary>Opening and replacing files with errors that a person can act on.</summary>
internal static class TensorFiles
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="OmgLlavaException">It is missing, a folder, or may not be read.</exception>
    public static FileStream OpenRead(string path)
    {
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

    /// <summary>Writes a file under a temporary name beside its own and renames it when it is whole.</summary>
    public static void Replace(string path, Action<FileStream> write)
    {
        string temporary = $"{path}.{System.IO.Path.GetRandomFileName()}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The file '{path}' cannot be written: {error.Message}", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
