using OmgLlava.Conversion;
using OmgLlava.Conversion.Pulling;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Tests.Conversion.Pulling;

/// <summary>From nothing to a model that answers.</summary>
public sealed class ModelPullerTests : IAsyncDisposable
{
    private readonly FakeHub _hub = FakeHub.Start();
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];
    private readonly ModelManifest _manifest;

    public ModelPullerTests() => _manifest = ModelManifest.Find(HubModel.Offer(_hub, _folder));

    private PullOptions Options =>
        new()
        {
            Output = _folder["out"],
            Hub = _hub.Settings(_folder["hub"]),
            Notes = text =>
            {
                lock (_notes)
                {
                    _notes.Add(text);
                }
            },
        };

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_pulled_model_is_the_converted_one_and_answers()
    {
        PullPlan plan = await PlanAsync(Options);
        Assert.Equal(plan.Files.Sum(file => file.Bytes), plan.DownloadBytes);
        Assert.All(plan.Files, file => Assert.Equal(FakeHub.Commit, file.Commit));
        Assert.DoesNotContain(plan.Files, file => file.Path.EndsWith(".md", StringComparison.Ordinal));
        Assert.DoesNotContain(_hub.Requests, request => request.Path.Contains("resolve", StringComparison.Ordinal));
        var told = new List<PullProgress>();
        await ModelPuller.RunAsync(plan, new Listener(told.Add), TestContext.Current.CancellationToken);

        Assert.Equal(Converted(null), File.ReadAllBytes(_folder["out/model.safetensors"]));
        Assert.Equal(
            [PullStage.Downloading, PullStage.Reading, PullStage.Converting],
            told.Select(progress => progress.Stage).Distinct()
        );
        PullProgress last = told.Last(progress => progress.Stage == PullStage.Downloading);
        Assert.Equal((plan.DownloadBytes, plan.DownloadBytes), (last.Done, last.Total));
        Assert.False(Directory.Exists(_folder["out.partial"]));
        ConversionRecord record = ConversionRecord.Find(_folder["out"])!;
        Assert.Equal(
            plan.Files.Select(file => (file.Path, file.Commit, file.Hash)).Order(),
            record.Sources!.Select(file => (file.Path, file.Commit, file.Hash)).Order()
        );
        Assert.NotEmpty(record.Tensors!);
        await AnswersAsync();
    }

    [Fact]
    public async Task A_pulled_and_packed_model_is_the_packed_one_and_answers()
    {
        var formats = QuantizationConfig.Of(WeightFormat.Int4);
        await PullAsync(Options with { Quantization = formats });
        Assert.Equal(Converted(formats), File.ReadAllBytes(_folder["out/model.safetensors"]));
        await AnswersAsync();
    }

    [Fact]
    public async Task Pulling_again_does_nothing_and_pulling_elsewhere_downloads_nothing()
    {
        await PullAsync(Options);
        _hub.Requests.Clear();
        Assert.True((await PlanAsync(Options)).IsDone);
        await PullAsync(Options);
        PullPlan other = await PlanAsync(Options with { Output = _folder["other"] });
        Assert.Equal(0, other.DownloadBytes);
        await ModelPuller.RunAsync(other, null, TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(_folder["out/model.safetensors"]), File.ReadAllBytes(_folder["other/model.safetensors"]));
        Assert.DoesNotContain(
            _hub.Requests,
            request =>
                request.Path.Contains("resolve", StringComparison.Ordinal)
                || request.Path.Contains("storage", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Offline_takes_what_the_cache_has_and_says_what_it_lacks()
    {
        PullOptions offline = Options with { Output = _folder["other"], Hub = Options.Hub! with { Offline = true } };
        Assert.Contains("HF_HUB_OFFLINE", await RefusalAsync(offline), StringComparison.Ordinal);
        await PullAsync(Options);
        _hub.Requests.Clear();
        await PullAsync(offline);
        Assert.Empty(_hub.Requests);
        Assert.Equal(ConversionRecord.Find(_folder["out"])!.Sources, ConversionRecord.Find(_folder["other"])!.Sources);
    }

    [Fact]
    public async Task An_unreachable_hub_leaves_what_the_cache_has()
    {
        await PullAsync(Options);
        await _hub.DisposeAsync();
        await PullAsync(Options with { Output = _folder["other"] });
        Assert.Contains(_notes, note => note.Contains("taken from the cache", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_serves_as_well_and_needs_no_network()
    {
        PullOptions fromFolder = Options with
        {
            From = HubModel.LayOut(_folder["files"]),
            Hub = Options.Hub! with { Offline = true },
        };
        await PullAsync(fromFolder);
        Assert.Empty(_hub.Requests);
        Assert.Equal(Converted(null), File.ReadAllBytes(_folder["out/model.safetensors"]));
        File.Delete(_folder["files/open_clip_pytorch_model.bin"]);
        string refusal = await RefusalAsync(fromFolder with { Output = _folder["other"] });
        Assert.Contains("open_clip_pytorch_model.bin of publisher/CLIP", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named_with_its_place()
    {
        string refusal = await RefusalAsync(Options with { Task = "refseg" });
        Assert.Contains("finetuned_refseg.pth of publisher/OMG-LLaVA", refusal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task What_is_kept_in_reserve_is_downloaded_when_tensors_are_missing()
    {
        // A fine-tuning without a part of its projector, which the pretraining has.
        static bool IsProjector(string name) => name.StartsWith("projector.model.query_proj.", StringComparison.Ordinal);
        string tuned = PublishedForms.Rename(
            PublishedForms.Tuned,
            _folder["tuned.safetensors"],
            name => IsProjector(name) ? null : name
        );
        string projector = PublishedForms.Rename(
            PublishedForms.Tuned,
            _folder["projector.safetensors"],
            name => IsProjector(name) ? name : null
        );
        _hub.Add(HubModel.Page, HubModel.Tuned, File.ReadAllBytes(tuned), large: true);
        _hub.Add(HubModel.Page, "omg_llava_7b_pretrain_8gpus.pth", File.ReadAllBytes(projector), large: true);
        await PullAsync(Options);
        Assert.Equal(Converted(null), File.ReadAllBytes(_folder["out/model.safetensors"]));
        Assert.Contains(_notes, note => note.Contains("pretraining", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_said_before_anything_is_downloaded()
    {
        PullPlan plan = await PlanAsync(Options);
        string refusal = Assert
            .Throws<OmgLlavaException>(() => (plan with { OutputBytes = long.MaxValue / 4 }).RequireSpace())
            .Message;
        Assert.Contains("GB are free", refusal, StringComparison.Ordinal);
        plan.RequireSpace();
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_left_alone()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(_folder["out/mine.txt"], "mine");
        Assert.Contains(
            "mine.txt",
            (await Assert.ThrowsAsync<OmgLlavaException>(() => PullAsync(Options))).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("mine", File.ReadAllText(_folder["out/mine.txt"]));
        File.WriteAllText(_folder["out/config.json"], "{}");
        Assert.Contains("made of other files", await RefusalAsync(Options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_nobody_knows_is_refused_with_the_names_of_those_that_are_known()
    {
        string refusal = (
            await Assert.ThrowsAsync<OmgLlavaException>(() =>
                ModelPuller.PullAsync("no-such-model", cancellation: TestContext.Current.CancellationToken)
            )
        ).Message;
        Assert.Contains("omg-llava-7b", refusal, StringComparison.Ordinal);
    }

    private Task<PullPlan> PlanAsync(PullOptions options) =>
        ModelPuller.PlanAsync(_manifest, options, TestContext.Current.CancellationToken);

    private async Task PullAsync(PullOptions options) =>
        await ModelPuller.RunAsync(await PlanAsync(options), null, TestContext.Current.CancellationToken);

    private async Task<string> RefusalAsync(PullOptions options) =>
        (await Assert.ThrowsAsync<OmgLlavaException>(() => PlanAsync(options))).Message;

    /// <summary>The weights that plain conversion makes of the same files.</summary>
    private byte[] Converted(QuantizationConfig? formats)
    {
        using var converter = CheckpointConverter.Open(
            HubModel.Plain,
            new ConversionOptions { Name = "golden", Quantization = formats }
        );
        converter.Write(_folder["plain"]);
        return File.ReadAllBytes(_folder["plain/model.safetensors"]);
    }

    private async Task AnswersAsync()
    {
        using var model = OmgLlavaModel.Load(_folder["out"]);
        using ImageChat chat = model.StartChat(TinyModel.Picture);
        Reply reply = await chat.AskAsync(TinyModel.MaskQuestion, cancellation: TestContext.Current.CancellationToken);
        using var plain = OmgLlavaModel.Load(_folder["plain"]);
        using ImageChat other = plain.StartChat(TinyModel.Picture);
        Assert.Equal(
            (await other.AskAsync(TinyModel.MaskQuestion, cancellation: TestContext.Current.CancellationToken)).Tokens,
            reply.Tokens
        );
        Assert.NotEmpty(reply.Tokens);
    }

    private sealed class Listener(Action<PullProgress> tell) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => tell(value);
    }
}
