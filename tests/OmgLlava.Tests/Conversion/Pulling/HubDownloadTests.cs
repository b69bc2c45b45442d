using System.Text;
using OmgLlava.Conversion.Pulling;

namespace OmgLlava.Tests.Conversion.Pulling;

/// <summary>One file from a hub that does everything wrong that a hub can.</summary>
public sealed class HubDownloadTests : IAsyncDisposable
{
    private const string Repository = "someone/model";
    private const string Large = "weights/large.bin";
    private const string Small = "config.json";

    private readonly FakeHub _hub = FakeHub.Start();
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];
    private readonly byte[] _content = new byte[1_000_000];

    public HubDownloadTests()
    {
        new Random(3).NextBytes(_content);
        _hub.Add(Repository, Large, _content, large: true);
        _hub.Add(Repository, Small, "{}"u8.ToArray(), large: false);
    }

    private HubCache Cache => new(_folder["hub"]);

    private string Blobs => Path.Combine(_folder["hub"], "models--someone--model", "blobs");

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Files_lie_in_the_cache_as_Python_lays_them()
    {
        string path = await FetchAsync(Large);
        await FetchAsync(Small);

        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Equal(
            Path.Combine(_folder["hub"], "models--someone--model", "snapshots", FakeHub.Commit, "weights", "large.bin"),
            path
        );
        Assert.Equal(["40", "64"], Directory.EnumerateFiles(Blobs).Select(file => $"{Path.GetFileName(file).Length}").Order());
        Assert.Equal(Path.Combine(Blobs, FakeHub.Sha256(_content)), File.ResolveLinkTarget(path, true)?.FullName ?? path);
        Assert.Equal(Path.Combine("..", "..", "..", "blobs", FakeHub.Sha256(_content)), new FileInfo(path).LinkTarget);
    }

    [Fact]
    public async Task What_is_there_is_not_downloaded_again()
    {
        // As Python leaves it: the content under its hash, another commit's link to it.
        Directory.CreateDirectory(Blobs);
        File.WriteAllBytes(Path.Combine(Blobs, FakeHub.Sha256(_content)), _content);
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task A_download_goes_on_where_it_was_cut()
    {
        _hub.Wrong(Large, FakeHub.Cut(300_000), FakeHub.Cut(0), FakeHub.Cut(200_000));
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
        string[] ranges = [.. _hub.Requests.Where(request => !request.ToHub).Select(request => request.Range)];
        Assert.Equal(4, ranges.Length);
        Assert.Equal("", ranges[0]);
        Assert.All(ranges[1..], range => Assert.StartsWith("bytes=", range, StringComparison.Ordinal));
        Assert.Contains(_notes, note => note.Contains("cut", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_goes_on_where_an_earlier_run_ended()
    {
        Leave(_content[..600_000]);
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
        Assert.Equal(["bytes=600000-"], _hub.Requests.Where(request => !request.ToHub).Select(request => request.Range));
    }

    [Fact]
    public async Task A_damaged_beginning_is_noticed_by_the_hash_and_downloaded_anew()
    {
        byte[] damaged = _content[..600_000];
        damaged[17] ^= 1;
        Leave(damaged);
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
        Assert.Contains(_notes, note => note.Contains("anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hub_without_ranges_begins_again()
    {
        Leave(_content[..600_000]);
        _hub.Wrong(Large, FakeHub.Other(content => content));
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
    }

    [Fact]
    public async Task A_refused_range_begins_again()
    {
        Leave(_content[..600_000]);
        _hub.Wrong(Large, FakeHub.Status(416));
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
    }

    [Fact]
    public async Task A_leftover_that_is_too_long_is_thrown_away()
    {
        Leave([.. _content, 1, 2, 3]);
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
    }

    [Fact]
    public async Task Another_content_than_stated_is_refused_and_not_kept()
    {
        static byte[] Flip(byte[] content) => [.. content[..^1], (byte)(content[^1] ^ 1)];
        _hub.Wrong(Large, FakeHub.Other(Flip), FakeHub.Other(Flip));
        Assert.Contains("twice with another content", await RefusalAsync(Large), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Blobs, FakeHub.Sha256(_content))));
        Assert.Equal(0, new FileInfo(Path.Combine(Blobs, FakeHub.Sha256(_content) + ".incomplete")).Length);
    }

    [Fact]
    public async Task Another_length_than_stated_is_refused()
    {
        _hub.Wrong(Large, [.. Enumerable.Repeat(FakeHub.Other(content => [.. content, 1]), 9)]);
        Assert.Contains("sends more than the 1000000 bytes", await RefusalAsync(Large), StringComparison.Ordinal);
        _hub.Wrong(
            Small,
            [
                .. Enumerable.Repeat<Func<Microsoft.AspNetCore.Http.HttpContext, byte[], Task>>(
                    async (context, _) =>
                    {
                        context.Response.ContentLength = 5;
                        await context.Response.Body.WriteAsync("12345"u8.ToArray());
                    },
                    9
                ),
            ]
        );
        Assert.Contains("states 2 bytes for 'config.json' but would send 5", await RefusalAsync(Small), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_hub_is_asked_again()
    {
        var settings = _hub.Settings(_folder["hub"]) with { Silence = TimeSpan.FromSeconds(1), Attempts = 100 };
        _hub.Wrong(Large, FakeHub.Part(100_000, context => Task.Delay(Timeout.Infinite, context.RequestAborted)));
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large, settings)));
        Assert.Contains(_notes, note => note.Contains("Nothing came for 1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_busy_or_broken_hub_is_asked_again()
    {
        _hub.Wrong(
            Large,
            FakeHub.Status(429, ("Retry-After", "0")),
            FakeHub.Status(500),
            FakeHub.Status(503, ("Retry-After", DateTimeOffset.UtcNow.ToString("R")))
        );
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(Large)));
        Assert.Contains(
            _notes,
            note =>
                note.Contains("asked too often", StringComparison.Ordinal) && note.Contains("in 0 s", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_pause_is_as_long_as_the_hub_asks()
    {
        _hub.Wrong(Large, FakeHub.Status(429, ("RateLimit", "\"api\";r=0;t=1")));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await FetchAsync(Large);
        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(0.99), $"{clock.Elapsed}");
        _hub.Wrong(Small, FakeHub.Status(429, ("Retry-After", "86400")));
        Assert.Contains("1440 minutes", await RefusalAsync(Small), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_failures_end_it_and_what_came_stays()
    {
        _hub.Wrong(
            Large,
            FakeHub.Cut(300_000),
            FakeHub.Status(500),
            FakeHub.Status(502),
            FakeHub.Status(500),
            FakeHub.Status(500),
            FakeHub.Status(500)
        );
        Assert.Contains("given up after 4 attempts", await RefusalAsync(Large), StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(Blobs, FakeHub.Sha256(_content) + ".incomplete")).Length > 0);
    }

    [Theory]
    [InlineData(401, "", "set HF_TOKEN")]
    [InlineData(401, "GatedRepo", "accept them")]
    [InlineData(403, "GatedRepo", "accept them")]
    [InlineData(403, "", "accept them")]
    [InlineData(404, "EntryNotFound", "does not exist")]
    [InlineData(404, "RevisionNotFound", "no such revision")]
    [InlineData(410, "", "refuses")]
    public async Task What_cannot_be_had_says_what_to_do(int status, string code, string remedy)
    {
        _hub.Wrong(Small, FakeHub.Status(status, ("X-Error-Code", code)));
        Assert.Contains(remedy, await RefusalAsync(Small), StringComparison.Ordinal);
        Assert.Single(_hub.Requests);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_to_nobody_else()
    {
        await FetchAsync(Large, _hub.Settings(_folder["hub"]) with { Token = "hf_secret" });
        Assert.Equal([(true, "Bearer hf_secret"), (false, "")], _hub.Requests.Select(request => (request.ToHub, request.Token)));
    }

    [Fact]
    public async Task A_full_disk_is_said_so()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, which only Linux has");
        Directory.CreateDirectory(Blobs);
        File.CreateSymbolicLink(Path.Combine(Blobs, FakeHub.Sha256(_content) + ".incomplete"), "/dev/full");
        Assert.Contains("is full", await RefusalAsync(Large), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_programs_do_not_download_the_same()
    {
        var held = new TaskCompletionSource();
        _hub.Wrong(Large, FakeHub.Part(10, _ => held.Task), FakeHub.Cut(0));
        Task<string> first = FetchAsync(Large);
        while (!_hub.Requests.Any(request => !request.ToHub))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Task<string> second = FetchAsync(Large);
        while (!Noted("Another program"))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        held.SetResult();
        Assert.Equal(await first, await second);
        Assert.Equal(_content, File.ReadAllBytes(await second));
        Assert.DoesNotContain(_hub.Requests, request => request.Range == "bytes=0-");
    }

    [Fact]
    public async Task A_listing_that_tells_no_hashes_is_completed_by_asking()
    {
        _hub.ListsBlobs = false;
        using var client = new HubClient(_hub.Settings(_folder["hub"]), null);
        HubListing listing = await client.ListAsync(Repository, "main", TestContext.Current.CancellationToken);
        Assert.Equal((null, null), listing.Files[Large]);
        Assert.Equal(
            new HubFile(Large, _content.Length, FakeHub.Sha256(_content)),
            await client.DescribeAsync(Repository, FakeHub.Commit, Large, TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            new HubFile(Small, 2, FakeHub.GitHash("{}"u8.ToArray())),
            await client.DescribeAsync(Repository, FakeHub.Commit, Small, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void Whatever_a_listing_says_nothing_leaves_its_folder_and_nothing_crashes()
    {
        byte[] valid = Encoding.UTF8.GetBytes(
            $$"""
            {"sha": "{{FakeHub.Commit}}", "siblings": [{"rfilename": "a/b.bin", "size": 3, "lfs": {"sha256": "{{new string(
                'a',
                64
            )}}", "size": 3} },
             {"rfilename": "../../x"}, {"rfilename": "/etc/x"}, {"rfilename": "a\\..\\b"}, {"rfilename": "c:x"}, {"rfilename": ""}, {"rfilename": "a//b"}, {"rfilename": "n", "size": -1, "blobId": "../x"}]}
            """
        );
        HubListing listing = HubListing.Parse("a/b", valid);
        Assert.Equal(["a/b.bin", "n"], listing.Files.Keys);
        Assert.Equal((null, null), listing.Files["n"]);
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. valid];
            for (int n = random.Next(1, 8); n > 0; n--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.All(
                    HubListing.Parse("a/b", damaged.AsMemory(0, random.Next(damaged.Length / 2, damaged.Length))).Files.Keys,
                    path => Assert.True(HubFile.IsSafePath(path))
                );
            }
            catch (OmgLlavaException) { }
        }
    }

    private bool Noted(string text)
    {
        lock (_notes)
        {
            return _notes.Any(note => note.Contains(text, StringComparison.Ordinal));
        }
    }

    private void Leave(byte[] beginning)
    {
        Directory.CreateDirectory(Blobs);
        File.WriteAllBytes(Path.Combine(Blobs, FakeHub.Sha256(_content) + ".incomplete"), beginning);
    }

    private async Task<string> RefusalAsync(string path) =>
        (await Assert.ThrowsAsync<OmgLlavaException>(() => FetchAsync(path))).Message;

    private async Task<string> FetchAsync(string path, HubSettings? settings = null)
    {
        settings ??= _hub.Settings(_folder["hub"]);
        void Note(string text)
        {
            lock (_notes)
            {
                _notes.Add(text);
            }
        }

        using var client = new HubClient(settings, Note);
        HubFile file =
            path == Large
                ? new HubFile(Large, _content.Length, FakeHub.Sha256(_content))
                : new HubFile(Small, 2, FakeHub.GitHash("{}"u8.ToArray()));
        return await new HubDownload(client, Cache, settings, Note).FetchAsync(
            Repository,
            FakeHub.Commit,
            file,
            null,
            TestContext.Current.CancellationToken
        );
    }
}
