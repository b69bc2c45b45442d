namespace OmgLlava.Cli;

/// <summary>Files that the program writes appear under their names only when they are whole.</summary>
internal static class Files
{
    /// <exception cref="OmgLlavaException">The file cannot be written.</exception>
    public static void Write(string path, byte[] content)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
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
