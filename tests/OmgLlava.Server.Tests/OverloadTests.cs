using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;

namespace OmgLlava.Tests.Server;

/// <summary>More than can be done, clients that leave, requests that take too long, and the end of the server.</summary>
public class OverloadTests(SharedServer shared)
{
    [Fact]
    public async Task Five_hundred_clients_at_once_are_answered_or_sent_away_and_the_server_is_well()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Model, new ServerOptions { MaxRequests = 16 });
        string id = await server.UploadAsync();
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 500 })
        {
            BaseAddress = server.Address,
        };
        (HttpStatusCode Status, TimeSpan? RetryAfter, string? Text)[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 500)
                .Select(async i =>
                {
                    using HttpResponseMessage response = await client.PostAsJsonAsync(
                        $"/v1/images/{id}/chat",
                        new { question = "What is it?", max_tokens = 8 },
                        TestJson.Options
                    );
                    JsonElement body = await RunningServer.ReadAsync(response);
                    return (
                        response.StatusCode,
                        response.Headers.RetryAfter?.Delta,
                        body.TryGetProperty("text", out JsonElement text) ? text.GetString() : null
                    );
                })
        );
        Assert.All(
            answers,
            answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{answer.Status}")
        );
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.All(
            answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests),
            answer => Assert.True(answer.RetryAfter >= TimeSpan.FromSeconds(1))
        );
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => answer.Text).Distinct());
        (int status, _) = await server.PostAsync($"/v1/images/{id}/chat", new { question = "What is it?", max_tokens = 8 });
        Assert.Equal((200, 0), (status, server.Admission.Inside));
    }

    [Fact]
    public async Task A_key_that_floods_leaves_room_for_the_others()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { MaxRequests = 4, ApiKeys = ["flood", "other"] }
        );
        using var gate = new ManualResetEventSlim();
        Task blocking = server
            .Service.Scheduler.StartJob()
            .RunAsync(() =>
            {
                gate.Wait();
                return 0;
            });
        Task<HttpResponseMessage>[] flood = [.. Enumerable.Range(0, 8).Select(_ => UploadAsync("flood"))];
        while (flood.Count(task => task.IsCompleted) < 6)
        {
            await Task.Delay(5);
        }

        Assert.Equal(2, server.Admission.Inside);
        Task<HttpResponseMessage> other = UploadAsync("other");
        while (server.Admission.Inside < 3)
        {
            await Task.Delay(5);
        }

        gate.Set();
        await blocking;
        Assert.Equal(HttpStatusCode.Created, (await other).StatusCode);
        HttpResponseMessage[] answers = await Task.WhenAll(flood);
        Assert.Equal(6, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        JsonElement error = (await RunningServer.ReadAsync(answers.First(answer => !answer.IsSuccessStatusCode))).GetProperty(
            "error"
        );
        Assert.Equal(
            ("rate_limit_error", "overloaded"),
            (error.GetProperty("type").GetString(), error.GetProperty("code").GetString())
        );
        Assert.Contains("Your key", error.GetProperty("message").GetString(), StringComparison.Ordinal);

        async Task<HttpResponseMessage> UploadAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images")
            {
                Content = RunningServer.Picture(),
                Headers = { Authorization = new("Bearer", key) },
            };
            return await server.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_request_whose_client_has_gone_stops_at_once()
    {
        using var long_ = new LongModel();
        await using RunningServer server = await RunningServer.StartAsync(long_.Model, new ServerOptions { MaxTokens = 100_000 });
        string id = await server.UploadAsync();
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, $"/v1/images/{id}/chat"))
        {
            Content = JsonContent.Create(
                new
                {
                    question = "Talk for long.",
                    max_tokens = 100_000,
                    stream = true,
                },
                options: TestJson.Options
            ),
        };
        // it would read on for two seconds
        using var client = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 });
        using HttpResponseMessage response = await client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            leaving.Token
        );
        Assert.Equal(1, server.Admission.Inside);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        response.Dispose();
        while (Left() != (0, 0, 0) && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(5);
        }

        Assert.Equal((0, 0, 0), Left());
        // alone it takes a few milliseconds
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"it went on for {clock.Elapsed.TotalSeconds:F2} s");

        // The request leaves first; the step that it waited for is taken from the queue by another thread. An answer that was
        // broken off leaves nothing.
        (int Inside, int Waiting, long Bytes) Left() =>
            (server.Admission.Inside, server.Service.Scheduler.Waiting, server.Service.ChatBytes);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_ended_with_a_word()
    {
        using var long_ = new LongModel();
        await using RunningServer server = await RunningServer.StartAsync(
            long_.Model,
            new ServerOptions { MaxTokens = 100_000, RequestTimeout = TimeSpan.FromSeconds(2) }
        );
        string id = await server.UploadAsync();
        (int status, JsonElement body) = await server.PostAsync(
            $"/v1/images/{id}/chat",
            new { question = "Talk for long.", max_tokens = 100_000 }
        );
        Assert.Equal((503, "timeout"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        List<(string Name, JsonElement Data)> events = await server.StreamAsync(
            $"/v1/images/{id}/chat",
            new
            {
                question = "Talk for long.",
                max_tokens = 100_000,
                stream = true,
            }
        );
        Assert.Equal("error", events[^1].Name);
        Assert.Equal("timeout", events[^1].Data.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_client_that_reads_slowly_is_told_too_that_its_time_is_over()
    {
        // What is written waits for the client: at the end of its time the request stands within a write, which must be finished,
        // not broken off.
        using var long_ = new LongModel();
        await using RunningServer server = await RunningServer.StartAsync(
            long_.Model,
            new ServerOptions { MaxTokens = 100_000, RequestTimeout = TimeSpan.FromSeconds(1) },
            builder =>
                builder
                    .WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxResponseBufferSize = 1)
                    .UseSockets(sockets => sockets.CreateBoundListenSocket = SmallBuffer)
        );
        string id = await server.UploadAsync();
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = SmallWindowAsync })
        {
            BaseAddress = server.Address,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/images/{id}/chat")
        {
            Content = JsonContent.Create(
                new
                {
                    question = "Talk for long.",
                    max_tokens = 100_000,
                    stream = true,
                },
                options: TestJson.Options
            ),
        };
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await Task.Delay(1500);
        string all = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"timeout\"", all.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);

        static Socket SmallBuffer(EndPoint address)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 8192 };
            socket.Bind(address);
            return socket;
        }

        static async ValueTask<Stream> SmallWindowAsync(SocketsHttpConnectionContext context, CancellationToken stop)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192, NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    [Fact]
    public async Task The_end_of_the_server_lets_answers_finish()
    {
        RunningServer server = await RunningServer.StartAsync(shared.Model);
        string id = await server.UploadAsync();
        Task<List<(string Name, JsonElement Data)>> answering = server.StreamAsync(
            $"/v1/images/{id}/chat",
            new
            {
                question = "What is it?",
                max_tokens = 200,
                stream = true,
            }
        );
        while (server.Admission.Inside == 0)
        {
            await Task.Delay(1);
        }

        await server.App.StopAsync();
        Assert.Equal("done", (await answering)[^1].Name);
        await server.DisposeAsync();
    }
}
