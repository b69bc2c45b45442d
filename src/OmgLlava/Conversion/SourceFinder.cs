using System.Globalization;
using System.Text.RegularExpressions;
using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Opens what a person gave: files, and every checkpoint in the folders. A folder may be a Hugging Face model in shards, with or
/// without their index, a PEFT adapter, a DeepSpeed checkpoint, XTuner's export, or hold any number of these.
/// </summary>
internal sealed partial class SourceFinder : IDisposable
{
    private const int MaxDepth = 5;

    // One checkpoint in several folders, as 'xtuner convert pth_to_hf' writes it.
    private static readonly HashSet<string> ExportFolders =
    [
        "llm",
        "llm_adapter",
        "projector",
        "projector_text2vision",
        "text2vision_projector",
        "visual_encoder",
        "visual_encoder_adapter",
    ];

    // What trainers leave beside weights.
    private static readonly string[] NoWeights =
    [
        "training_args.bin",
        "optimizer",
        "scheduler",
        "rng_state",
        "scaler",
        "random_states",
    ];

    // The same weights under the names of the older and the newer format.
    private static readonly (string Older, string Newer)[] Twins =
    [
        ("pytorch_model", "model"),
        ("adapter_model", "adapter_model"),
        ("open_clip_pytorch_model", "open_clip_model"),
    ];

    private readonly List<PublishedSource> _sources = [];
    private readonly HashSet<string> _folders = [];
    private readonly HashSet<string> _files = [];
    private readonly string? _task;
    private int _met;

    private SourceFinder(string? task) => _task = task;

    /// <summary>What was found, in no order that matters.</summary>
    public IReadOnlyList<PublishedSource> Sources => _sources;

    /// <summary>The folders that were looked into, and those of the files.</summary>
    public IReadOnlyCollection<string> Folders => _folders;

    /// <summary>Opens everything; the caller disposes it.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="task">Which task's fine-tuning to take of a folder that holds several; null for all.</param>
    /// <exception cref="OmgLlavaException">A path leads nowhere, or to what is no checkpoint.</exception>
    public static SourceFinder Open(IEnumerable<string> paths, string? task)
    {
        var finder = new SourceFinder(task);
        try
        {
            // Files first: one that is named is never taken for one that merely lies in a folder.
            foreach (string path in paths.OrderBy(Directory.Exists))
            {
                finder.Add(path);
            }

            return finder;
        }
        catch (Exception error)
        {
            finder.Dispose();
            throw error is IOException or UnauthorizedAccessException
                ? new OmgLlavaException($"The published files cannot be read: {error.Message}", error)
                : error;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sources.ForEach(source => source.Dispose());

    private void Add(string path)
    {
        if (Directory.Exists(path))
        {
            int before = _met;
            Walk(path, path, 0);
            if (_met == before)
            {
                throw new OmgLlavaException($"The folder '{path}' holds no weights: no .safetensors, .bin, .pth or .pt file.");
            }
        }
        else if (Path.GetFileName(path) is PeftConfig.FileName or "latest")
        {
            Add(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        else if (path.EndsWith(".index.json", StringComparison.Ordinal))
        {
            Take(ShardedTensors.OpenIndex(path), path, named: true);
        }
        else if (IsNew(path))
        {
            Take(TensorSources.OpenFile(path), path, named: true);
        }
    }

    private void Walk(string folder, string bundle, int depth)
    {
        if (Latest(folder) is { } latest)
        {
            Walk(latest, bundle, depth + 1);
            return;
        }

        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        int found = _sources.Count;
        if (!TakeDeepSpeed(folder, files, bundle))
        {
            TakeFiles(folder, files, bundle);
            foreach (string child in Directory.EnumerateDirectories(folder).Where(IsOpen).Order(StringComparer.Ordinal))
            {
                if (depth < MaxDepth)
                {
                    Walk(child, ExportFolders.Contains(Path.GetFileName(child)) ? bundle : child, depth + 1);
                }
            }
        }

        if (_sources.Count > found || files.Any(file => Path.GetFileName(file) is "tokenizer.model" or "config.json"))
        {
            _met++;
            _folders.Add(folder);
        }
    }

    /// <summary>The folder that DeepSpeed's note of its newest checkpoint names.</summary>
    private static string? Latest(string folder)
    {
        string note = Path.Combine(folder, "latest");
        if (!File.Exists(note) || new FileInfo(note).Length > 256)
        {
            return null;
        }

        string name = File.ReadAllText(note).Trim();
        string target = Path.Combine(folder, name);
        return name.Length > 0 && name == Path.GetFileName(name) && name is not ("." or "..") && Directory.Exists(target)
            ? target
            : null;
    }

    private bool TakeDeepSpeed(string folder, string[] files, string bundle)
    {
        string[] states = [.. files.Where(file => Path.GetFileName(file).EndsWith("_model_states.pt", StringComparison.Ordinal))];
        if (states.Length == 0)
        {
            return false;
        }

        string? split = states.FirstOrDefault(file =>
            Path.GetFileName(file).StartsWith("zero_pp_rank_", StringComparison.Ordinal)
        );
        if (split is not null || states.Length > 1)
        {
            string kind = split is not null
                ? "each of its processes has a part of every tensor (ZeRO stage 3)"
                : $"its tensors are split over {states.Length} processes";
            throw new OmgLlavaException(
                $"The DeepSpeed checkpoint '{folder}' cannot be read: {kind}; join it with DeepSpeed's zero_to_fp32.py and "
                    + $"give the file that it writes."
            );
        }

        _met++;
        if (IsNew(states[0]))
        {
            Take(TensorSources.OpenFile(states[0]), bundle, named: false);
        }

        return true;
    }

    private void TakeFiles(string folder, string[] files, string bundle)
    {
        var rest = files.Where(IsWeights).ToHashSet();
        var groups = new List<(string Stem, Func<ITensorSource> Open, string[] Files)>();
        foreach (string index in files.Where(file => file.EndsWith(".index.json", StringComparison.Ordinal)))
        {
            string stem = Stem(index);
            string[] shards =
            [
                .. rest.Where(file =>
                    Shard().Match(Path.GetFileName(file)) is { Success: true } match && match.Groups["stem"].Value == stem
                ),
            ];
            rest.ExceptWith(shards);
            groups.Add((stem, () => ShardedTensors.OpenIndex(index), shards));
        }

        foreach (
            IGrouping<(string Stem, string Count, string Kind), string> shards in rest.Where(file =>
                    Shard().IsMatch(Path.GetFileName(file))
                )
                .GroupBy(file =>
                    Shard().Match(Path.GetFileName(file)).Groups is var part
                        ? (part["stem"].Value, part["count"].Value, part["kind"].Value)
                        : default
                )
                .ToArray()
        )
        {
            string[] all = [.. shards.Order(StringComparer.Ordinal)];
            RequireAll(folder, all, int.Parse(shards.Key.Count, CultureInfo.InvariantCulture));
            rest.ExceptWith(all);
            groups.Add((shards.Key.Stem, () => ShardedTensors.OpenFiles(folder, all), all));
        }

        groups.AddRange(
            rest.Select(file => (Stem(file), (Func<ITensorSource>)(() => TensorSources.OpenFile(file)), new[] { file }))
        );
        foreach ((string stem, Func<ITensorSource> open, string[] own) in groups)
        {
            bool older =
                own.Length > 0
                && !own[0].EndsWith(".safetensors", StringComparison.Ordinal)
                && Twins.Any(twin =>
                    twin.Older == stem
                    && groups.Any(other =>
                        other.Stem == twin.Newer
                        && other.Files.Any(file => file.EndsWith(".safetensors", StringComparison.Ordinal))
                    )
                );
            _met++;
            if (!older && IsOfTask(stem) && (own.Length == 0 || own.Where(IsNew).ToArray().Length > 0))
            {
                // A Hugging Face model belongs to its folder; any other file is a checkpoint of its own.
                bool model = Twins.Any(twin => stem == twin.Older || stem == twin.Newer);
                Take(open(), model ? bundle : own[0], named: false);
            }
        }
    }

    private void Take(ITensorSource tensors, string bundle, bool named)
    {
        string folder = Path.GetDirectoryName(
            Path.GetFullPath(Directory.Exists(tensors.Path) ? Path.Combine(tensors.Path, "shard") : tensors.Path)
        )!;
        _folders.Add(folder);
        try
        {
            bool adapter = Path.GetFileName(tensors.Path).StartsWith("adapter_model", StringComparison.Ordinal);
            _sources.Add(
                new PublishedSource(FamilyTensors.Open(tensors, folder), bundle, named, adapter ? PeftConfig.Find(folder) : null)
            );
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file was not met before, under this name or, in a cache of links, another.</summary>
    private bool IsNew(string file) =>
        _files.Add(
            (File.Exists(file) ? File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(file)
        );

    /// <summary>Of several fine-tunings in a folder only that of the task; what says nothing of a task is always taken.</summary>
    private bool IsOfTask(string stem)
    {
        const string General = "general";
        string? own = (string[])["refseg", "gcg"] is var tasks
            ? tasks.FirstOrDefault(task => stem.Contains(task, StringComparison.OrdinalIgnoreCase))
            : null;
        return _task is null || own is null || (own == _task && _task != General);
    }

    private static void RequireAll(string folder, string[] shards, int count)
    {
        int[] there =
        [
            .. shards.Select(file =>
                int.Parse(Shard().Match(Path.GetFileName(file)).Groups["index"].Value, CultureInfo.InvariantCulture)
            ),
        ];
        int[] missing = [.. Enumerable.Range(1, Math.Min(count, 10_000)).Except(there)];
        if (missing.Length > 0)
        {
            throw new OmgLlavaException(
                $"'{folder}' has {shards.Length} of {count} shards of its weights; number "
                    + $"{string.Join(", ", missing.Take(8))} is missing. Download what is missing."
            );
        }
    }

    private static bool IsWeights(string file)
    {
        string name = Path.GetFileName(file);
        return Path.GetExtension(name) is ".safetensors" or ".bin" or ".pth" or ".pt" or ".ckpt"
            && !NoWeights.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            && !name.EndsWith("_optim_states.pt", StringComparison.Ordinal);
    }

    /// <summary>Hidden folders (.git, .cache) hold copies of what lies beside them.</summary>
    private static bool IsOpen(string folder) => !Path.GetFileName(folder).StartsWith('.');

    private static string Stem(string file) =>
        Path.GetFileName(file) is var name ? name[..name.IndexOf('.', StringComparison.Ordinal)] : "";

    [GeneratedRegex(@"^(?<stem>.+)-(?<index>\d{5})-of-(?<count>\d{5})\.(?<kind>safetensors|bin)$", RegexOptions.CultureInvariant)]
    private static partial Regex Shard();
}
