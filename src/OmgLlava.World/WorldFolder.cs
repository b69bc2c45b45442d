namespace OmgLlava.World;

/// <summary>Writes scenes with their ground truth as a data folder of published layouts; docs/data-format.md describes
/// it.</summary>
public static class WorldFolder
{
    private const int Chunk = 64;

    /// <summary>Renders scenes into a new folder. The same renderer gives the same bytes on any number of threads.</summary>
    /// <param name="renderer">Where scenes come from.</param>
    /// <param name="first">Index of the first scene.</param>
    /// <param name="count">Number of scenes, at least 1.</param>
    /// <param name="directory">A folder that does not exist yet or is empty; it appears when everything is written.</param>
    /// <param name="split">The split that the records name, such as "train" or "val".</param>
    /// <param name="threads">Threads; 0 for as many as the machine has.</param>
    /// <param name="progress">The share done.</param>
    /// <param name="cancellation">Stops, and removes what was written.</param>
    /// <returns>How many things and expressions were written.</returns>
    /// <exception cref="OmgLlavaException">The folder is not empty or cannot be written.</exception>
    public static (long Things, long Expressions) Write(
        SceneRenderer renderer,
        long first,
        int count,
        string directory,
        string split = "train",
        int threads = 0,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        string target = Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar);
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new OmgLlavaException($"The folder '{directory}' is not empty; give a new one.");
        }

        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            Directory.CreateDirectory(Path.Combine(temporary, "images"));
            Directory.CreateDirectory(Path.Combine(temporary, "panoptic"));
            var annotations = new WorldAnnotations(renderer.Vocabulary, split);
            var parallel = new ParallelOptions
            {
                MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount,
                CancellationToken = cancellation,
            };
            for (int start = 0; start < count; start += Chunk)
            {
                var scenes = new (Scene Scene, SceneTexts Texts)[Math.Min(Chunk, count - start)];
                Parallel.For(
                    0,
                    scenes.Length,
                    parallel,
                    i =>
                    {
                        Scene scene = renderer.Render(first + start + i);
                        string name = $"{start + i + 1:D6}.png";
                        File.WriteAllBytes(Path.Combine(temporary, "images", name), ScenePng.Encode(scene));
                        File.WriteAllBytes(Path.Combine(temporary, "panoptic", name), ScenePng.EncodeSegments(scene));
                        scenes[i] = (scene, SceneTexts.Write(scene, renderer.Vocabulary, renderer.Seed));
                    }
                );
                for (int i = 0; i < scenes.Length; i++)
                {
                    annotations.Add(start + i + 1, scenes[i].Scene, scenes[i].Texts);
                }

                progress?.Report((double)(start + scenes.Length) / count);
            }

            annotations.Save(temporary);
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(temporary, target);
            return (annotations.Things, annotations.Expressions);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The folder '{directory}' cannot be written: {error.Message}", error);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }
}
