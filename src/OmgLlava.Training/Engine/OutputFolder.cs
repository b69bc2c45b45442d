namespace OmgLlava.Training.Engine;

/// <summary>Where a training writes.</summary>
internal static class OutputFolder
{
    private const string LockName = "training.lock";

    /// <summary>Keeps other trainings out of the folder while this one runs; the system lets go of it when the process ends,
    /// however it ends.</summary>
    public static FileStream Claim(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException(
                $"The output folder '{folder}' is in use by another training, or cannot be written; wait for it, or name "
                    + $"another folder.",
                error
            );
        }
    }

    /// <summary>The folder, made where it is missing.</summary>
    public static DirectoryInfo Make(string path)
    {
        try
        {
            return Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The output folder '{path}' cannot be made: {error.Message}", error);
        }
    }
}
