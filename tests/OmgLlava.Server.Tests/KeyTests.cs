using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OmgLlava.Tests.Server;

/// <summary>Keys: asked for, told apart, and in every way that tools send them.</summary>
public class KeyTests(SharedServer shared)
{
    [Fact]
    public async Task Keys_are_asked_for_where_there_are_some()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { ApiKeys = ["first-key", "second-key"] }
        );
        foreach (
            (string? key, HttpStatusCode expected) in new (string?, HttpStatusCode)[]
            {
                (null, HttpStatusCode.Unauthorized),
                ("wrong", HttpStatusCode.Unauthorized),
                ("first-ke", HttpStatusCode.Unauthorized),
                ("first-key", HttpStatusCode.OK),
                ("second-key", HttpStatusCode.OK),
            }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
            if (expected == HttpStatusCode.Unauthorized)
            {
                Assert.Equal(
                    "invalid_api_key",
                    (await RunningServer.ReadAsync(response)).GetProperty("error").GetProperty("code").GetString()
                );
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/")).StatusCode);
    }

    [Theory, InlineData(""), InlineData(" "), InlineData("two words"), InlineData("schlüssel")]
    public void A_key_that_cannot_be_one_never_opens_the_server(string key)
    {
        Assert.Throws<OmgLlavaException>(() =>
            OmgLlavaServer.Create(shared.Model, new ServerOptions { ApiKeys = ["good", key] })
        );
    }

    [Fact]
    public async Task Keys_see_nothing_of_each_other()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { ApiKeys = ["one", "two"] }
        );
        (HttpStatusCode first, string id, bool cached) = await UploadAsync(server, "one");
        Assert.Equal((HttpStatusCode.Created, false), (first, cached));
        Assert.Equal((HttpStatusCode.OK, id, true), await UploadAsync(server, "one"));
        (HttpStatusCode other, string otherId, cached) = await UploadAsync(server, "two");
        Assert.Equal((HttpStatusCode.Created, false), (other, cached)); // it cannot tell that another has it
        Assert.NotEqual(id, otherId);
        foreach (
            (HttpMethod method, string path) in new[]
            {
                (HttpMethod.Get, ""),
                (HttpMethod.Get, "/content"),
                (HttpMethod.Get, "/panoptic"),
                (HttpMethod.Delete, ""),
                (HttpMethod.Post, "/segment"),
                (HttpMethod.Post, "/chat"),
            }
        )
        {
            using HttpResponseMessage response = await SendAsync(
                server,
                method,
                $"/v1/images/{id}{path}",
                "two",
                method == HttpMethod.Post ? RunningServer.Bytes("""{"prompts":[]}"""u8.ToArray(), "application/json") : null
            );
            Assert.Equal((path, HttpStatusCode.NotFound), (path, response.StatusCode));
        }

        using HttpResponseMessage own = await SendAsync(server, HttpMethod.Get, $"/v1/images/{id}", "one");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task The_key_comes_in_every_way_that_tools_send_it()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { ApiKeys = ["the-key"] }
        );
        string basic = Convert.ToBase64String("user:the-key"u8);
        foreach (
            (string header, string value, HttpStatusCode expected) in new[]
            {
                ("Authorization", "Bearer the-key", HttpStatusCode.OK),
                ("Authorization", $"Basic {basic}", HttpStatusCode.OK),
                ("X-API-Key", "the-key", HttpStatusCode.OK),
                ("Token", "the-key", HttpStatusCode.OK),
                ("Authorization", "the-key", HttpStatusCode.Unauthorized),
                ("Authorization", "Basic ###", HttpStatusCode.Unauthorized),
                ("X-API-Key", "", HttpStatusCode.Unauthorized),
                ("Authorization", "Bearer ", HttpStatusCode.Unauthorized),
            }
        )
        {
            Assert.Equal((value, expected), (value, await server.StatusAsync(header, value)));
        }
    }

    private static async Task<(HttpStatusCode Status, string Id, bool Cached)> UploadAsync(RunningServer server, string key)
    {
        using HttpResponseMessage response = await SendAsync(server, HttpMethod.Post, "/v1/images", key, RunningServer.Picture());
        JsonElement body = await RunningServer.ReadAsync(response);
        return (response.StatusCode, body.GetProperty("id").GetString()!, body.GetProperty("cached").GetBoolean());
    }

    private static async Task<HttpResponseMessage> SendAsync(
        RunningServer server,
        HttpMethod method,
        string path,
        string key,
        HttpContent? content = null
    )
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = content,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        return await server.Client.SendAsync(request);
    }
}
