namespace OmgLlava.Conversion.Pulling;

/// <summary>
/// From a model's name to a directory that answers: downloads the published files into the cache that Python's tools share,
/// checks them, and converts them. Whatever stops it, the same call again goes on from there.
/// </summary>
public static class ModelPuller
{
    private const int FilesAtOnce = 3;

    /// <summary>Brings a published model; where it is there already, nothing is done.</summary>
    /// <param name="model">Its name, such as <c>omg-llava-7b</c>, or the path of a manifest.</param>
    /// <param name="options">Task, format, places.</param>
    /// <param name="progress">Told how far it is; from several threads, one at a time.</param>
    /// <param name="cancellation">Stops; what was downloaded stays and is continued the next time, nothing half-converted is
    /// left.</param>
    /// <returns>The model directory.</returns>
    /// <exception cref="OmgLlavaException">No such model is known, a file cannot be had or is not what it should be, an option
    /// does not fit, or the disk has too little room.</exception>
    public static async Task<string> PullAsync(
        string model,
        PullOptions? options = null,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        PullPlan plan = await PlanAsync(ModelManifest.Find(model), options, cancellation).ConfigureAwait(false);
        return await RunAsync(plan, progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>Finds out what pulling will do; only listings are downloaded.</summary>
    /// <param name="manifest">The model.</param>
    /// <param name="options">Task, formats, places.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="OmgLlavaException">A file is not where it was published, the hub cannot be reached, or an option does not
    /// fit.</exception>
    internal static async Task<PullPlan> PlanAsync(
        ModelManifest manifest,
        PullOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new PullOptions();
        IReadOnlyList<ManifestPart> parts = manifest.PartsOf(options.Task);
        using var run = new Run(manifest, options);
        var files = new List<PlannedFile>();
        foreach (ManifestPart part in parts.Where(part => !part.Reserve))
        {
            files.AddRange(await run.Planner.FindAsync(part, cancellation).ConfigureAwait(false));
        }

        string output = Path.GetFullPath(options.Output ?? NameOf(manifest, options) + Suffix(options));
        var plan = new PullPlan(manifest, options, output)
        {
            Files = files,
            Cache = options.From is null ? run.Cache.Root : "",
            OutputBytes = EstimateBytes(manifest, options, files),
        };
        bool made = File.Exists(Path.Combine(output, ModelDirectory.ConfigName));
        bool same = made && ConversionRecord.Find(output)?.Sources is { } sources && sources.SequenceEqual(Sources(files));
        return made && !same
            ? throw new OmgLlavaException(
                $"The folder '{output}' already holds a model that was made of other files; delete it or name another one "
                    + $"(--out)."
            )
            : plan with
            {
                IsDone = same,
            };
    }

    /// <summary>Does what a plan says.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Told how far it is; from several threads, one at a time.</param>
    /// <param name="cancellation">Stops; what was downloaded stays and is continued the next time, nothing half-converted is
    /// left.</param>
    /// <returns>The model directory.</returns>
    /// <exception cref="OmgLlavaException">A file cannot be had or is not what it should be, the disk is full, or tensors are
    /// missing.</exception>
    internal static async Task<string> RunAsync(
        PullPlan plan,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (plan.IsDone)
        {
            return plan.Output;
        }

        plan.RequireSpace();
        using var run = new Run(plan.Manifest, plan.Options);
        await run.DownloadAsync(plan.Files, progress, cancellation).ConfigureAwait(false);
        List<PlannedFile> files = [.. plan.Files];
        CheckpointConverter converter = Open(plan, files, progress);
        try
        {
            if (converter.Account.Missing.Count > 0)
            {
                converter.Dispose();
                foreach (ManifestPart part in plan.Manifest.PartsOf(plan.Options.Task).Where(part => part.Reserve))
                {
                    plan.Options.Notes?.Invoke($"The files leave tensors missing; '{part.Role}' may have them.");
                    IReadOnlyList<PlannedFile> more = await run.Planner.FindAsync(part, cancellation).ConfigureAwait(false);
                    await run.DownloadAsync(more, progress, cancellation).ConfigureAwait(false);
                    files.AddRange(more);
                }

                converter = Open(plan, files, progress);
            }

            Convert(plan with { Files = files }, converter, progress, cancellation);
        }
        finally
        {
            converter.Dispose();
        }

        return plan.Output;
    }

    private static CheckpointConverter Open(PullPlan plan, IReadOnlyList<PlannedFile> files, IProgress<PullProgress>? progress)
    {
        progress?.Report(new PullProgress(PullStage.Reading, 0, 0, ""));
        var folders = plan.Manifest.Parts.Where(part => part.Folder).Select(part => part.Role).ToHashSet();
        string[] paths =
        [
            .. files.Select(file => folders.Contains(file.Role) ? Path.GetDirectoryName(file.Local)! : file.Local).Distinct(),
        ];
        var options = new ConversionOptions
        {
            Name = NameOf(plan.Manifest, plan.Options),
            Quantization = plan.Options.Quantization,
            Task = plan.Options.Task,
        };
        if (plan.Manifest.Config is not { } config)
        {
            return CheckpointConverter.Open(new PublishedFiles(paths), options);
        }

        string overrides = Path.GetTempFileName();
        try
        {
            File.WriteAllText(overrides, config.GetRawText());
            return CheckpointConverter.Open(new PublishedFiles(paths, overrides), options);
        }
        finally
        {
            File.Delete(overrides);
        }
    }

    /// <summary>Writes beside the output and renames: a run that is killed leaves nothing that looks like a model.</summary>
    private static void Convert(
        PullPlan plan,
        CheckpointConverter converter,
        IProgress<PullProgress>? progress,
        CancellationToken cancellation
    )
    {
        string growing = plan.Output + ".partial";
        try
        {
            UnfinishedModel.Make(plan.Output);
            if (Directory.EnumerateFileSystemEntries(plan.Output).FirstOrDefault() is { } other)
            {
                throw new OmgLlavaException(
                    $"The folder '{plan.Output}' is not empty ('{Path.GetFileName(other)}' is in it); name another one (--out)."
                );
            }

            if (Directory.Exists(growing))
            {
                Directory.Delete(growing, recursive: true);
            }

            long total = converter.Written.Sum(tensor => tensor.ByteCount);
            (plan with { Cache = "", OutputBytes = total }).RequireSpace();
            converter.Write(
                growing,
                new Report<long>(done => progress?.Report(new PullProgress(PullStage.Converting, done, total, ""))),
                cancellation
            );
            (ConversionRecord.Find(growing)! with { Sources = Sources(plan.Files) }).Save(growing);
            Directory.Delete(plan.Output);
            Directory.Move(growing, plan.Output);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The folder '{plan.Output}' cannot be written: {error.Message}", error);
        }
        finally
        {
            if (Directory.Exists(growing))
            {
                Directory.Delete(growing, recursive: true);
            }
        }
    }

    private static string NameOf(ModelManifest manifest, PullOptions options) =>
        options.Task == ModelManifest.GeneralTask ? manifest.Name : $"{manifest.Name}-{options.Task}";

    private static string Suffix(PullOptions options) =>
        options.Quantization is { } formats ? $"-{formats.Layers.ToString().ToLowerInvariant()}" : "";

    private static SourceFile[] Sources(IEnumerable<PlannedFile> files) =>
        [
            .. files
                .Select(file => new SourceFile(file.Repository, file.Commit, file.Path, file.Bytes, file.Hash))
                .OrderBy(file => file.Path, StringComparer.Ordinal),
        ];

    /// <summary>The size of the output: of the preset's tensors, else, at most, what the files hold in four bytes a
    /// number.</summary>
    private static long EstimateBytes(ModelManifest manifest, PullOptions options, IEnumerable<PlannedFile> files)
    {
        if (manifest.Preset is null)
        {
            return 2 * files.Sum(file => file.Bytes);
        }

        ModelPreset preset = ModelPreset.Find(manifest.Preset);
        return NewModel
            .Describe(preset)
            .Select(tensor => ModelTensors.Stored(tensor, options.Quantization))
            .Sum(tensor => tensor.ByteCount);
    }

    private sealed class Report<T>(Action<T> report) : IProgress<T>
    {
        void IProgress<T>.Report(T value) => report(value);
    }

    /// <summary>What one call talks to.</summary>
    private sealed class Run : IDisposable
    {
        private readonly ModelManifest _manifest;
        private readonly PullOptions _options;
        private readonly HubSettings _settings;
        private readonly HubClient _client;

        public Run(ModelManifest manifest, PullOptions options)
        {
            (_manifest, _options) = (manifest, options);
            _settings = options.Hub ?? HubSettings.FromEnvironment();
            Cache = new HubCache(_settings.Cache);
            _client = new HubClient(_settings, options.Notes);
            Planner = new PullPlanner(options, _settings, Cache, _client);
        }

        public HubCache Cache { get; }

        public PullPlanner Planner { get; }

        public async Task DownloadAsync(
            IReadOnlyList<PlannedFile> files,
            IProgress<PullProgress>? progress,
            CancellationToken cancellation
        )
        {
            PlannedFile[] remote = [.. files.Where(file => file.Repository.Length > 0 && !_settings.Offline)];
            long total = remote.Sum(file => file.Bytes);
            long[] done = new long[remote.Length];
            var gate = new Lock();
            var download = new HubDownload(_client, Cache, _settings, _options.Notes);
            await Parallel
                .ForEachAsync(
                    Enumerable.Range(0, remote.Length),
                    new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation },
                    async (i, stop) =>
                    {
                        PlannedFile file = remote[i];
                        var told = new Report<long>(bytes =>
                        {
                            lock (gate)
                            {
                                done[i] = bytes;
                                progress?.Report(new PullProgress(PullStage.Downloading, done.Sum(), total, file.Path));
                            }
                        });
                        await download
                            .FetchAsync(file.Repository, file.Commit, new HubFile(file.Path, file.Bytes, file.Hash), told, stop)
                            .ConfigureAwait(false);
                    }
                )
                .ConfigureAwait(false);
            foreach ((string repository, string commit) in remote.Select(file => (file.Repository, file.Commit)).Distinct())
            {
                string[] revisions =
                [
                    .. _manifest
                        .Parts.SelectMany(part => part.Choices)
                        .Where(choice => choice.Repository == repository)
                        .Select(choice => choice.Revision)
                        .Distinct(),
                ];
                if (revisions.Length == 1)
                {
                    Cache.Remember(repository, revisions[0], commit);
                }
            }
        }

        public void Dispose() => _client.Dispose();
    }
}
