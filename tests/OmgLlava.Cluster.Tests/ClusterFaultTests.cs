using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OmgLlava.Cluster.Tests;

/// <summary>What happens to requests when servers are killed, cut off and restarted.</summary>
[Collection("processes")]
public sealed class ClusterFaultTests
{
    private const string Question = "What color is the umbrella?";
    private const string Lost = "server_lost";

    /// <summary>With <c>retry</c> a client that reads on sees a pause, and otherwise what it would have seen.</summary>
    [Fact]
    public async Task An_answer_whose_server_is_killed_goes_on_where_this_is_wished_and_else_ends_in_words()
    {
        using ServerProcesses cluster = await ServerProcesses.StartAsync(3, ServerProcesses.Patiently);
        string picture = await ServerProcesses.UploadAsync(cluster[0], 6);
        string before = await ServerProcesses.AskAsync(cluster[0], picture, Question);
        int holder = await cluster.HolderOfAsync(picture, 0);
        int asked = (holder + 1) % 3;
        string undisturbed = await ReadLongAsync(cluster, asked, picture, killed: null);
        Assert.Equal(undisturbed, await ReadLongAsync(cluster, asked, picture, killed: holder));

        int next = await cluster.HolderOfAsync(picture, asked);
        HttpClient left = cluster[Enumerable.Range(0, 3).Single(server => server != holder && server != next)];
        using HttpRequestMessage request = LongAnswer(picture, 8, retry: false);
        using HttpResponseMessage answer = await left.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: ", await lines.ReadLineAsync(), StringComparison.Ordinal);
        cluster.Servers[next].Kill();
        string rest = await lines.ReadToEndAsync();
        Assert.Contains(Lost, rest, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", rest, StringComparison.Ordinal);
        Assert.Equal(before, await ServerProcesses.AskAsync(left, picture, Question));
    }

    /// <summary>Reads answers that may be made again, and kills a server when they have begun.</summary>
    /// <returns>What they say, piece by piece.</returns>
    private static async Task<string> ReadLongAsync(ServerProcesses cluster, int asked, string picture, int? killed)
    {
        using HttpRequestMessage request = LongAnswer(picture, 2, retry: true);
        using HttpResponseMessage answer = await cluster[asked].SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        string begin = await lines.ReadLineAsync() ?? "";
        if (killed is { } server)
        {
            cluster.Servers[server].Kill();
        }

        string[] events =
            [.. $"{begin}\n{await lines.ReadToEndAsync()}".Split('\n').Where(line => line.Length > 0).Select(line => line[6..])];
        Assert.Equal("[DONE]", events[^1]);
        JsonNode[] chunks = [.. events[..^1].Select(line => JsonNode.Parse(line)!)];
        Assert.All(chunks, chunk => Assert.Null(chunk["error"]));
        Assert.Single(chunks.Select(chunk => (string)chunk["id"]!).Distinct());
        return string.Join('|', chunks.Select(chunk => $"{chunk["choices"]![0]!["index"]}{chunk["choices"]![0]!["delta"]}"));
    }

    /// <summary>A restart of each server, one after the other, while clients ask through all of them.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public async Task A_rolling_restart_fails_no_request()
    {
        using ServerProcesses cluster = await ServerProcesses.StartAsync(3);
        await RestartEachAsync(cluster);
    }

    /// <summary>Puts a new server into the place of each, while four clients ask.</summary>
    private static async Task RestartEachAsync(ServerProcesses cluster)
    {
        string[] pictures =
            [.. await Task.WhenAll(Enumerable.Range(1, 8).Select(i => ServerProcesses.UploadAsync(cluster[i % 3], i)))];
        using var stop = new CancellationTokenSource();
        var clients = new ClusterClients(cluster, pictures);
        await clients.LearnAsync();
        Task asking = clients.RunAsync(4, open: 2, stop.Token);
        for (int i = 0; i < 3; i++)
        {
            using ServerProcess old = await cluster.ReplaceAsync(i); // a balancer takes a server out before it ends
            Assert.Equal(0, await old.EndAsync());
        }

        await stop.CancelAsync();
        await asking;
        Assert.Empty(clients.Failures);
        Assert.True(clients.Conversations > 10, $"{clients.Conversations} conversations");
    }

    /// <summary>
    /// Servers of another build (<c>OMG_OTHER_PROGRAM</c>, its <c>omg-llava.dll</c>) give way to this one, one after the other,
    /// while clients ask through all of them: for a time both are in one cluster.
    /// </summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public async Task A_rolling_upgrade_from_another_version_fails_no_request()
    {
        string other = Environment.GetEnvironmentVariable("OMG_OTHER_PROGRAM") ?? "";
        Assert.SkipUnless(File.Exists(other), "OMG_OTHER_PROGRAM names no other build of the program");
        using ServerProcesses cluster = await ServerProcesses.StartAsync(0);
        for (int i = 0; i < 3; i++)
        {
            await cluster.AddOtherAsync(other);
        }

        await RestartEachAsync(cluster);
    }

    /// <summary>
    /// Three network namespaces; the third server is cut off from the store and the others, not from its clients.
    /// </summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public async Task The_side_of_a_partition_without_the_store_refuses_and_the_other_serves()
    {
        using var network = new TestNetwork(3);
        using RedisServer redis = await RedisServer.StartAsync(TestNetwork.Store);
        string store = $"redis:{TestNetwork.Store}:{redis.Port}";
        List<ServerProcess> servers = [];
        try
        {
            for (int i = 0; i < 3; i++)
            {
                servers.Add(await ServerProcess.StartAsync(network.Prefix(i), TestNetwork.Address(i), 11111, store, []));
            }

            string[] pictures = await Task.WhenAll(
                Enumerable.Range(1, 8).Select(i => ServerProcesses.UploadAsync(servers[i % 3].Client, i)));
            string[] expected = await AskAllAsync(servers[2].Client, pictures);
            network.Cut(2, [TestNetwork.Store, TestNetwork.Address(0), TestNetwork.Address(1)]);
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < TimeSpan.FromSeconds(30) && await ReadyAsync(servers[2]))
            {
                await Task.Delay(100);
            }

            TestContext.Current.SendDiagnosticMessage($"The one refused after {clock.Elapsed.TotalSeconds:F1} s.");
            using HttpResponseMessage refused = await servers[2].Client.GetAsync($"/v1/images/{pictures[0]}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("cluster_unreachable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(expected, await AskAllAsync(servers[0].Client, pictures));
            Assert.Equal(expected, await AskAllAsync(servers[1].Client, pictures));
            await Task.Delay(TimeSpan.FromSeconds(30) - clock.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero);
            network.Heal(2);
            await Task.Delay(TimeSpan.FromSeconds(5));
            // It was given up, and learns it: it ends, or refuses until it does. Two live copies there never are.
            Assert.True(servers[2].HasExited || !await ReadyAsync(servers[2]), servers[2].Log);
            Assert.Equal(expected, await AskAllAsync(servers[1].Client, pictures));
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    /// <summary>Long answers one after the other: at the first word of the first there is much to go.</summary>
    private static HttpRequestMessage LongAnswer(string picture, int answers, bool retry) =>
        new(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new
            {
                model = "nano-drawn",
                stream = true,
                retry,
                n = answers,
                seed = 7,
                temperature = 1.5,
                max_tokens = 250,
                messages = new[]
                {
                    new
                    {
                        role = "user",
                        content = new object[]
                        {
                            new { type = "image_url", image_url = new { url = $"omg-image:{picture}" } },
                            new { type = "text", text = Questions.Ground },
                        },
                    },
                },
            }),
        };

    private static async Task<string[]> AskAllAsync(HttpClient server, string[] pictures)
    {
        var answers = new List<string>();
        foreach (string picture in pictures)
        {
            answers.Add(await ServerProcesses.AskAsync(server, picture, Question));
        }

        return [.. answers];
    }

    private static async Task<bool> ReadyAsync(ServerProcess server)
    {
        using HttpResponseMessage ready = await server.Client.GetAsync("/health/ready");
        return ready.IsSuccessStatusCode;
    }
}
