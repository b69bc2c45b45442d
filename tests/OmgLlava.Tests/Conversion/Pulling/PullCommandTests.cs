using System.Diagnostics;
using OmgLlava.Tests.Cli;

namespace OmgLlava.Tests.Conversion.Pulling;

/// <summary>The command in a process of its own, which is killed, limited, and run again.</summary>
public sealed class PullCommandTests : IAsyncDisposable
{
    private readonly FakeHub _hub = FakeHub.Start();
    private readonly TemporaryFolder _folder = new();
    private readonly string _manifest;

    public PullCommandTests() => _manifest = HubModel.Offer(_hub, _folder);

    private (string, string)[] Variables =>
        [("HF_HOME", _folder["home"]), ("HF_ENDPOINT", _hub.Endpoint.AbsoluteUri), ("HF_TOKEN", "hf_secret")];

    private string[] Arguments => ["pull", _manifest, "--out", _folder["out"], "--quantize", "int8"];

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_where_it_was()
    {
        var never = new TaskCompletionSource();
        _hub.Wrong(
            HubModel.Tuned,
            FakeHub.Part(100_000, context => Task.WhenAny(never.Task, Task.Delay(Timeout.Infinite, context.RequestAborted)))
        );
        using (Process process = ProgramRun.Begin(Arguments, Variables))
        {
            string blobs = Path.Combine(_folder["home"], "hub", "models--publisher--OMG-LLaVA", "blobs");
            string incomplete = Path.Combine(blobs, FakeHub.Sha256(File.ReadAllBytes(PublishedForms.Tuned)) + ".incomplete");
            while (!(File.Exists(incomplete) && new FileInfo(incomplete).Length >= 100_000))
            {
                Assert.False(process.HasExited, "it ended by itself");
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            process.Kill(); // SIGKILL
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        never.SetResult();
        Assert.False(Directory.Exists(_folder["out"]));
        ProgramRun again = await ProgramRun.StartAsync(Arguments, variables: Variables);
        Assert.True(again.Code == 0, again.Errors);
        Assert.Contains("100.0 kB here already", again.Output, StringComparison.Ordinal);
        Assert.Contains("is ready", again.Output, StringComparison.Ordinal);
        Assert.Contains(_hub.Requests, request => request.Range == "bytes=100000-" && !request.ToHub);
        Assert.All(_hub.Requests, request => Assert.Equal(request.ToHub ? "Bearer hf_secret" : "", request.Token));
        ProgramRun answer = await ProgramRun.StartAsync([
            "ask",
            TinyModel.PicturePath,
            TinyModel.MaskQuestion,
            "--model",
            _folder["out"],
        ]);
        Assert.True(answer.Code == 0, answer.Errors);
        Assert.NotEmpty(answer.Output.Trim());
        ProgramRun done = await ProgramRun.StartAsync(Arguments, variables: Variables);
        Assert.Contains("is there already", done.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_written_whole_leaves_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits the size of files as Linux does");
        // The downloads are here; no file may grow beyond 64 blocks of 512 bytes, as on a full disk.
        ProgramRun first = await ProgramRun.StartAsync([.. Arguments[..3], _folder["first"]], variables: Variables);
        Assert.True(first.Code == 0, first.Errors);
        ProgramRun limited = await ProgramRun.StartAsync(
            Arguments,
            variables: [.. Variables, ("DOTNET_EnableWriteXorExecute", "0")],
            shell: "trap '' XFSZ; ulimit -f 64"
        );
        Assert.Equal(1, limited.Code);
        Assert.True(limited.Errors.Contains("cannot be written", StringComparison.Ordinal), limited.Errors);
        Assert.Empty(
            Directory
                .EnumerateFileSystemEntries(_folder.Path, "out*")
                .SelectMany(path => Directory.EnumerateFileSystemEntries(path))
        );
    }

    [Fact]
    public async Task The_plan_names_every_file_with_its_size_and_downloads_none()
    {
        ProgramRun run = await ProgramRun.StartAsync([.. Arguments, "--plan"], variables: Variables);
        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains(
            $"{new FileInfo(PublishedForms.Tuned).Length / 1e6:F1} MB  {HubModel.Tuned}",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("publisher/OMG-LLaVA at 0123456789ab", run.Output, StringComparison.Ordinal);
        Assert.Contains("to download:", run.Output, StringComparison.Ordinal);
        Assert.Contains("free", run.Output, StringComparison.Ordinal);
        Assert.All(_hub.Requests, request => Assert.StartsWith("/api/", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_words_are_a_wrong_use()
    {
        ProgramRun unknown = await ProgramRun.StartAsync(["pull", "omg-llava-13b"], variables: Variables);
        Assert.Equal(1, unknown.Code);
        Assert.Contains("'omg-llava-7b'", unknown.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await ProgramRun.StartAsync(["pull"], variables: Variables)).Code);
    }
}
