using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace OmgLlava.Cluster.Tests;

/// <summary>Traces go across servers.</summary>
[Collection("processes")]
public sealed class TraceTests
{
    private const string Measured = "omg_llava.prompts"; // what the model's own span has

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task One_trace_goes_from_the_server_that_is_asked_to_the_one_that_answers()
    {
        using var collector = new TraceCollector();
        using RedisServer redis = await RedisServer.StartAsync();
        var servers = new List<ServerProcess>();
        try
        {
            for (int i = 0; i < 2; i++)
            {
                servers.Add(await ServerProcess.StartAsync(
                    collector.Variables(i), "127.0.0.1", RedisServer.FreePort(), $"redis:127.0.0.1:{redis.Port}",
                    ServerProcesses.Patiently));
            }

            string picture = await ServerProcesses.UploadAsync(servers[0].Client, 6);
            using HttpResponseMessage there = await servers[0].Client.GetAsync($"/v1/images/{picture}");
            string address = there.Headers.GetValues("X-Served-By").Single();
            int holder = servers.FindIndex(server => server.Address == address);
            byte[] trace = RandomNumberGenerator.GetBytes(16);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/images/{picture}/segment")
            {
                Headers = { { "traceparent", $"00-{Convert.ToHexStringLower(trace)}-00f067aa0ba902b7-01" } },
                Content = JsonContent.Create(new { prompts = new[] { new { point = (int[])[100, 100] } } }),
            };
            using HttpResponseMessage answer = await servers[1 - holder].Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            Assert.True(
                await collector.HearsAsync(1 - holder, [trace], Patience), "The server that was asked has no such trace.");
            Assert.True(
                await collector.HearsAsync(holder, [trace, Encoding.UTF8.GetBytes(Measured)], Patience),
                "The server that answered has another trace.");
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }
}
