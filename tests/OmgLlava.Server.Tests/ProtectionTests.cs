using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Tests.Server;

/// <summary>Keys, origins, names, headers, and the way out to other hosts.</summary>
public class ProtectionTests(SharedServer shared)
{
    [Fact]
    public async Task Keys_are_asked_for_where_there_are_some()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Model, new ServerOptions { ApiKeys = ["first-key", "second-key"] });
        foreach ((string? key, HttpStatusCode expected) in new (string?, HttpStatusCode)[]
        {
            (null, HttpStatusCode.Unauthorized), ("wrong", HttpStatusCode.Unauthorized), ("first-ke", HttpStatusCode.Unauthorized),
            ("first-key", HttpStatusCode.OK), ("second-key", HttpStatusCode.OK),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
            if (expected == HttpStatusCode.Unauthorized)
            {
                Assert.Equal("invalid_api_key", (await RunningServer.ReadAsync(response)).GetProperty("error").GetProperty("code").GetString());
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Other_origins_and_other_names_are_turned_away()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(shared.Server, "Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(shared.Server, "Origin", "null"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(shared.Server, "Origin", $"http://{shared.Server.Address.Authority}"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(shared.Server, "Host", "evil.example"));
        await using RunningServer open = await RunningServer.StartAsync(shared.Model, new ServerOptions { CorsOrigins = ["https://friend.example"] });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("Origin", "https://friend.example");
        using HttpResponseMessage response = await open.Client.SendAsync(request);
        Assert.Equal("https://friend.example", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(open, "Origin", "https://evil.example"));
    }

    [Fact]
    public async Task Every_answer_has_the_headers_that_protect_it()
    {
        foreach (string path in (string[])["/", "/v1/models", "/nothing"])
        {
            using HttpResponseMessage response = await shared.Server.Client.GetAsync(path);
            Assert.Contains("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.False(response.Headers.Contains("Server"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    public static TheoryData<string, string[]> Addresses => new()
    {
        { "pictures.example", ["127.0.0.1"] },
        { "pictures.example", ["10.1.2.3"] },
        { "pictures.example", ["169.254.169.254"] },
        { "pictures.example", ["8.8.8.8", "192.168.1.1"] },
        { "pictures.example", ["::1"] },
        { "pictures.example", ["fe80::1"] },
        { "pictures.example", ["fd00::1"] },
        { "pictures.example", ["::ffff:127.0.0.1"] },
        { "pictures.example", ["2002:7f00:1::"] },
        { "127.0.0.1", [] },
        { "localhost", ["127.0.0.1"] },
    };

    [Theory, MemberData(nameof(Addresses))]
    public async Task Even_an_allowed_host_is_not_visited_at_an_address_that_is_not_public(string host, string[] addresses)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var names = new StubNames([.. addresses.Select(IPAddress.Parse)]);
        using var remote = new RemotePictures(new ServerOptions { ImageHosts = [host] }, names);
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() => remote.FetchAsync($"https://{host}:{port}/a.png", CancellationToken.None));
        Assert.Contains("not of the public internet", refused.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending(), "a connection was opened");
    }

    [Fact]
    public async Task Hosts_that_are_not_allowed_are_not_even_looked_up()
    {
        var names = new StubNames([IPAddress.Parse("8.8.8.8")]);
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model, new ServerOptions { ImageHosts = ["pictures.example"] }, builder => builder.Services.AddSingleton<INameResolver>(names));
        foreach (string url in (string[])["https://other.example/a.png", "http://pictures.example/a.png", "https://user@pictures.example/a.png", "ftp://pictures.example/a", "https://"])
        {
            (int status, JsonElement body) = await server.PostAsync("/v1/images", new { url });
            Assert.Equal(400, status);
            Assert.NotEmpty(body.GetProperty("error").GetProperty("message").GetString()!);
        }

        Assert.Equal(0, names.Asked);
    }

    [Theory, InlineData(301), InlineData(302), InlineData(307), InlineData(308)]
    public async Task Redirects_are_refused(int status)
    {
        var redirecting = new StubHandler(() => new HttpResponseMessage((HttpStatusCode)status) { Headers = { Location = new Uri("http://127.0.0.1/secret") } });
        using var remote = new RemotePictures(new ServerOptions { ImageHosts = ["pictures.example"] }, redirecting);
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() => remote.FetchAsync("https://pictures.example/a.png", CancellationToken.None));
        Assert.Contains("does not follow", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, redirecting.Requests);
        using SocketsHttpHandler real = RemotePictures.Handler(new StubNames([]));
        Assert.False(real.AllowAutoRedirect || real.UseProxy || real.UseCookies);
    }

    [Fact]
    public async Task A_picture_of_an_allowed_host_is_fetched_within_limits()
    {
        byte[] picture = await File.ReadAllBytesAsync(TinyModel.PicturePath);
        using var remote = new RemotePictures(
            new ServerOptions { ImageHosts = ["pictures.example"] }, new StubHandler(() => new HttpResponseMessage { Content = new ByteArrayContent(picture) }));
        Assert.Equal(picture, await remote.FetchAsync("https://pictures.example/a.png", CancellationToken.None));
        var small = new ServerOptions { ImageHosts = ["pictures.example"], Serving = new() { Image = new() { MaxFileBytes = 100 } } };
        using var limited = new RemotePictures(small, new StubHandler(() => new HttpResponseMessage { Content = new ByteArrayContent(picture) }));
        Assert.Equal(413, (await Assert.ThrowsAsync<ApiException>(() => limited.FetchAsync("https://pictures.example/a.png", CancellationToken.None))).Status);
    }

    [Fact]
    public async Task Nothing_that_a_request_holds_is_logged()
    {
        var lines = new RecordingLogs();
        await using RunningServer server = await RunningServer.StartAsync(shared.Model, null, builder => builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(lines));
        string id = await server.UploadAsync();
        await server.PostAsync($"/v1/images/{id}/chat", new { question = "my secret question", max_tokens = 2 });
        await server.Client.GetAsync("/v1/images/secret-name/panoptic?kind=secret");
        Assert.Contains(lines.Lines, line => line.Contains("v1/images/{id}/chat 200", StringComparison.Ordinal));
        Assert.DoesNotContain(lines.Lines, line => line.Contains("secret", StringComparison.Ordinal) || line.Contains(id, StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningServer server, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }
}
