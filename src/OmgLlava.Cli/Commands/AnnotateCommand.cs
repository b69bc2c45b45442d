using System.CommandLine;
using OmgLlava.Cluster;
using OmgLlava.Cluster.Shards;
using OmgLlava.Data.Annotating;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava annotate FOLDER|LIST --task TASK --out DIR</c>: annotations of many pictures.</summary>
internal sealed class AnnotateCommand
{
    private const int LargeWidth = 2048; // a step of such a model fills all cores by itself
    private const int MostWorkers = 4;

    private readonly Argument<string> _source = new("PICTURES")
    {
        Description = "A folder, with all folders in it, or a text file with one path a line.",
    };

    private readonly Option<string?> _task = CommonOptions.Choice(
        "--task",
        "ground: a description with a mask for what it names. panoptic: every pixel, by the model's own classes. "
        + "segment: each of the labels.",
        "ground", "panoptic", "segment");

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Text file with one label a line: the categories that are wanted. segment needs it.",
        HelpName = "FILE",
    };

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Folder for annotations.json (COCO with run lengths), broken.json, index.html with samples, and shards/.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<int> _shardSize = NumberOption.Whole(
        "--shard-size", "Pictures of a shard; after a cut at most one shard is done again.", 1, 100_000, 50);

    private readonly Option<double?> _threshold = NumberOption.OptionalReal(
        "--threshold", "Least score of a mask, 0..1. Default: the model's own.", 0, 1);

    private readonly Option<int?> _maxNewTokens = NumberOption.OptionalWhole(
        "--max-new-tokens", "Most tokens of an answer.", least: 1);

    private readonly Option<int> _workers = NumberOption.Whole(
        "--workers",
        "Pictures at once; does not change results. Default: 1 for a large model, for a small one one a processor, at most 4.",
        0, 256);

    private readonly Option<int> _samples = NumberOption.Whole("--samples", "Pictures that index.html shows.", 0, 1000, 24);

    private readonly Option<bool> _retryBroken = new("--retry-broken")
    {
        Description = "Do shards with broken pictures once more.",
    };

    private AnnotateCommand() => _task.Required = true;

    public static Command Create()
    {
        var self = new AnnotateCommand();
        var command = new Command(
            "annotate", "Annotate a folder of pictures in COCO's format; a run that was stopped goes on where it stopped.");
        command.Arguments.Add(self._source);
        foreach (Option option in (Option[])
        [
            self._task, self._labels, self._out, self._shardSize, self._threshold, self._maxNewTokens, self._workers,
            self._samples, self._retryBroken,
        ])
        {
            command.Options.Add(option);
        }

        ClusterSettings.AddTo(command);
        CommonOptions.AddModel(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        AnnotationTask task = Enum.Parse<AnnotationTask>(parsed.GetValue(_task)!, ignoreCase: true);
        IReadOnlyList<string> labels = parsed.GetValue(_labels) is { } file ? LabelList.Read(file) : [];
        if (task == AnnotationTask.Segment && labels.Count == 0)
        {
            throw new UsageException("--task segment needs --labels FILE, with one label a line.");
        }

        ClusterOptions? cluster = ClusterSettings.Read(parsed);
        bool retryBroken = parsed.GetValue(_retryBroken);
        if (cluster is not null && retryBroken)
        {
            throw new UsageException("--retry-broken is for one program; run it without --cluster.");
        }

        string output = parsed.GetRequiredValue(_out);
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        var options = new AnnotationOptions(task, labels)
        {
            ShardSize = parsed.GetValue(_shardSize),
            Threshold = (float?)parsed.GetValue(_threshold),
            MaxNewTokens = parsed.GetValue(_maxNewTokens),
            Workers = parsed.GetValue(_workers) is > 0 and int workers ? workers
                : model.Config.Language.HiddenSize < LargeWidth ? Math.Min(Environment.ProcessorCount, MostWorkers) : 1,
            Samples = parsed.GetValue(_samples),
        };
        bool shared = cluster is not null;
        using AnnotationRun run = AnnotationRun.Open(model, parsed.GetRequiredValue(_source), output, options, shared);
        IShardLender? queue = await (ClusterSettings.IsSupported && cluster is not null
            ? JoinAsync(cluster, run, cancellation)
            : Task.FromResult<IShardLender?>(null));
        using var joined = queue as IDisposable;
        AnnotationProgress done = AnnotateDisplay.Show(
            progress => queue is null ? run.Run(progress, retryBroken, cancellation) : run.Run(queue, progress, cancellation));
        string whole = Path.Combine(output, "annotations.json");
        Terminal.Note(
            $"{done.Annotations} masks in {done.Done - done.Broken} pictures: {whole}; index.html beside it shows samples.");
        if (done.Broken > 0)
        {
            Terminal.Note(
                $"{done.Broken} pictures could not be annotated; broken.json says why. --retry-broken tries them once more.");
        }

        return done.Broken < done.Total ? CommandLine.Success : CommandLine.Failure;
    }

    // Apart from its caller, whose state machine would bring Orleans into a program without clusters.
    private static async Task<IShardLender?> JoinAsync(
        ClusterOptions cluster, AnnotationRun run, CancellationToken cancellation
    ) =>
        await SharedShards.JoinAsync(cluster, run.Name, run.Pictures.Shards, cancellation);
}
