using System.Security.Cryptography;
using System.Text;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Annotating;

/// <summary>
/// Annotates all pictures of a folder or list, shard by shard, into a folder: <c>shards/N.json</c> in COCO's layout, at the end
/// one <c>annotations.json</c>, <c>broken.json</c> and <c>index.html</c>. A run that was killed at any moment goes on with the
/// first shard that has not been done, and ends with the same files.
/// </summary>
public sealed class AnnotationRun : IDisposable
{
    private readonly string _output;
    private readonly string _shards;
    private readonly AnnotationOptions _options;
    private readonly PictureAnnotator _annotator;
    private readonly string[] _categories;
    private readonly string _info;
    private readonly FileStream? _lock;

    private AnnotationRun(
        string output, AnnotationOptions options, PictureAnnotator annotator, AnnotationPlan plan, PictureList pictures,
        FileStream? claimed)
    {
        (_output, _options, _annotator, Pictures, _lock) = (output, options, annotator, pictures, claimed);
        _shards = Path.Combine(output, "shards");
        _categories = [.. annotator.Categories.Select(CocoLines.Category)];
        _info = CocoLines.Info(plan);
        byte[] name = Encoding.UTF8.GetBytes($"{Path.GetFullPath(output)}\n{plan}\n{string.Join('\n', plan.Labels)}");
        Name = Convert.ToHexStringLower(SHA256.HashData(name));
    }

    /// <summary>The pictures.</summary>
    public PictureList Pictures { get; }

    /// <summary>Begins a run, or takes up one that was stopped.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">A folder of pictures, or a file of their paths.</param>
    /// <param name="output">The folder to write.</param>
    /// <param name="options">What to annotate.</param>
    /// <param name="shared">Whether several programs work on the folder, each on shards of its own; else a second one is
    /// refused.</param>
    /// <exception cref="OmgLlavaException">There are no pictures, or the folder belongs to another run, or to one that is going
    /// on.</exception>
    public static AnnotationRun Open(
        OmgLlavaModel model, string source, string output, AnnotationOptions options, bool shared = false)
    {
        if (!Directory.Exists(source) && !File.Exists(source))
        {
            throw new OmgLlavaException($"'{source}' does not exist; give a folder of pictures or a file with one path a line.");
        }

        PictureList.RequireAny(source, output);

        var annotator = new PictureAnnotator(model, options);
        try
        {
            Directory.CreateDirectory(Path.Combine(output, "shards"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The folder '{output}' cannot be written: {error.Message.TrimEnd('.')}.", error);
        }

        FileStream? claimed = shared ? null : Claim(output);
        try
        {
            var plan = new AnnotationPlan(
                Path.GetFullPath(source), options.Task, options.Labels, options.ShardSize, options.Threshold,
                options.MaxNewTokens, model.Name, model.WeightsHash);
            plan.Claim(output);
            PictureList.Write(source, output);
            RemoveLeftovers(output, shared);
            return new AnnotationRun(
                output, options, annotator, plan, PictureList.Open(source, output, options.ShardSize), claimed);
        }
        catch
        {
            claimed?.Dispose();
            throw;
        }
    }

    /// <summary>Names the run to others that work on it, see <see cref="IShardLender"/>.</summary>
    public string Name { get; }

    /// <summary>Does all shards that have not been done, then joins them.</summary>
    /// <param name="progress">Told after each picture.</param>
    /// <param name="retryBroken">Do shards with broken pictures once more.</param>
    /// <param name="cancellation">Stops between the steps of an answer; shards that are done stay.</param>
    /// <returns>What was done in all.</returns>
    /// <exception cref="OmgLlavaException">The folder cannot be written.</exception>
    public AnnotationProgress Run(
        IProgress<AnnotationProgress>? progress = null, bool retryBroken = false, CancellationToken cancellation = default)
    {
        for (int shard = 0; retryBroken && shard < Pictures.Shards; shard++)
        {
            if (Find(shard) is { Broken: > 0 })
            {
                new ShardFile(_shards, shard).Forget();
            }
        }

        (AnnotationProgress done, List<int> open) = Look();
        progress?.Report(done);
        foreach (int shard in open)
        {
            done = Add(done, AnnotateShard(shard, done, progress, cancellation));
        }

        if (open.Count > 0 || !AnnotationResult.IsWhole(_output))
        {
            Join(cancellation);
        }

        return done;
    }

    /// <summary>Does shards with others who work on the same folder.</summary>
    /// <param name="lender">Says which.</param>
    /// <param name="progress">Told after each picture, of what was done before and what this program does.</param>
    /// <param name="cancellation">Stops between the steps of an answer; shards that are done stay.</param>
    /// <returns>What was done in all, by whomever.</returns>
    /// <exception cref="OmgLlavaException">The folder cannot be written.</exception>
    public AnnotationProgress Run(IShardLender lender, IProgress<AnnotationProgress>? progress, CancellationToken cancellation)
    {
        AnnotationProgress done = Look().Done;
        progress?.Report(done);
        while (lender.Lend(cancellation) is { } shard)
        {
            if (shard == Pictures.Shards)
            {
                Join(cancellation);
            }
            else if (Find(shard) is null)
            {
                done = Add(done, AnnotateShard(shard, done, progress, cancellation));
            }

            lender.Done(shard);
        }

        return Look().Done;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private static AnnotationProgress Add(AnnotationProgress done, ShardSentinel shard) => done with
    {
        Done = done.Done + shard.Pictures,
        Annotations = done.Annotations + shard.Annotations,
        Broken = done.Broken + shard.Broken,
    };

    private static FileStream Claim(string output)
    {
        try
        {
            // The system lets go of it when the process ends, however it ends.
            return new FileStream(Path.Combine(output, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new OmgLlavaException(
                $"Another program is annotating into '{output}'; wait for it, or give another --out.", error);
        }
    }

    /// <summary>What runs that were killed had begun to write.</summary>
    private static void RemoveLeftovers(string output, bool shared)
    {
        foreach (string path in shared ? [] : Directory.EnumerateFiles(output, "*.tmp", SearchOption.AllDirectories))
        {
            File.Delete(path);
        }
    }

    private ShardSentinel? Find(int shard) => new ShardFile(_shards, shard).Done();

    /// <summary>What has been done, and which shards have not.</summary>
    private (AnnotationProgress Done, List<int> Open) Look()
    {
        var done = new AnnotationProgress(0, Pictures.Count, 0, 0);
        var open = new List<int>();
        for (int shard = 0; shard < Pictures.Shards; shard++)
        {
            if (Find(shard) is { } sentinel)
            {
                done = Add(done, sentinel);
            }
            else
            {
                open.Add(shard);
            }
        }

        return (done, open);
    }

    private void Join(CancellationToken cancellation) =>
        new AnnotationResult(_output, [.. Enumerable.Range(0, Pictures.Shards).Select(shard => new ShardFile(_shards, shard))])
            .Write(_info, _categories, Pictures, _options.Samples, cancellation);

    private ShardSentinel AnnotateShard(
        int shard, AnnotationProgress before, IProgress<AnnotationProgress>? progress, CancellationToken cancellation)
    {
        IReadOnlyList<string> names = Pictures.Names(shard);
        var results = new ShardContent[names.Count];
        (int done, int masks, int broken) = (0, 0, 0);
        var gate = new Lock();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Workers, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, names.Count, parallel, i =>
            {
                results[i] = AnnotatePicture(((long)shard * Pictures.ShardSize) + i + 1, names[i], cancellation);
                lock (gate)
                {
                    (done, masks, broken) = (done + 1, masks + results[i].Annotations.Count, broken + results[i].Broken.Count);
                    progress?.Report(before with
                    {
                        Done = before.Done + done,
                        Annotations = before.Annotations + masks,
                        Broken = before.Broken + broken,
                    });
                }
            });
        }
        catch (AggregateException several)
        {
            cancellation.ThrowIfCancellationRequested();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        var content = new ShardContent(
            [.. results.SelectMany(result => result.Images)], [.. results.SelectMany(result => result.Annotations)],
            [.. results.SelectMany(result => result.Broken)]);
        return new ShardFile(_shards, shard).Write(_info, _categories, content);
    }

    private ShardContent AnnotatePicture(long id, string name, CancellationToken cancellation)
    {
        try
        {
            RgbImage picture = ImageFile.Load(Pictures.PathOf(name));
            (string? caption, IReadOnlyList<FoundObject> objects) = _annotator.Annotate(picture, cancellation);
            return new ShardContent(
                [CocoLines.Image(id, name, picture, caption)],
                [.. objects.Select((found, number) => CocoLines.Annotation(id, number, found))], []);
        }
        catch (OmgLlavaException error)
        {
            return new ShardContent([], [], [CocoLines.Broken(name, error.Message)]);
        }
    }
}
