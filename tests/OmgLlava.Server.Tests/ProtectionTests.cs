using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Tests.Server;

/// <summary>Keys, origins, names, headers, and the way out to other hosts.</summary>
public class ProtectionTests(SharedServer shared)
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

    [Fact]
    public async Task Other_origins_and_other_names_are_turned_away()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(shared.Server, "Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(shared.Server, "Origin", "null"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(shared.Server, "Origin", $"http://{shared.Server.Address.Authority}"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(shared.Server, "Host", "evil.example"));
        await using RunningServer open = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { CorsOrigins = ["https://friend.example"] }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("Origin", "https://friend.example");
        using HttpResponseMessage response = await open.Client.SendAsync(request);
        Assert.Equal("https://friend.example", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(open, "Origin", "https://evil.example"));
    }

    [Fact]
    public void Nobody_listens_at_an_address_that_is_not_this_machines()
    {
        foreach (string host in (string[])["locahost", "192.0.2.1", "*", "0.0.0.0.0", ""])
        {
            Assert.Contains(
                "is no address or name of this machine",
                Assert
                    .Throws<OmgLlavaException>(() => OmgLlavaServer.Create(shared.Model, new ServerOptions { Host = host }))
                    .Message,
                StringComparison.Ordinal
            );
        }

        Assert.Equal((true, true, false, false), (Open("0.0.0.0"), Open("::"), Open("localhost"), Open("127.0.0.2")));
        Assert.False(new ServerOptions { Host = "0.0.0.0", ApiKeys = ["key"] }.IsOpenToAll);

        static bool Open(string host) => new ServerOptions { Host = host }.IsOpenToAll;
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
            Assert.Equal((value, expected), (value, await StatusAsync(server, header, value)));
        }
    }

    [Fact]
    public async Task Pages_of_a_friend_may_send_what_OpenAIs_client_sends_and_read_why_they_were_refused()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { CorsOrigins = ["https://friend.example"], ApiKeys = ["key"] }
        );
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/chat/completions");
        preflight.Headers.Add("Origin", "https://friend.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang,x-stainless-os");
        using HttpResponseMessage allowed = await server.Client.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Contains(
            "x-stainless-os",
            Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Headers")),
            StringComparison.OrdinalIgnoreCase
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("Origin", "https://friend.example");
        using HttpResponseMessage refused = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("https://friend.example", Assert.Single(refused.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task A_proxy_is_believed_only_where_it_is_named()
    {
        var options = new ServerOptions { BasePath = "/vision", HostNames = ["vision.example"] };
        await using RunningServer strict = await RunningServer.StartAsync(shared.Model, options);
        await using RunningServer behind = await RunningServer.StartAsync(
            shared.Model,
            options with
            {
                TrustedProxies = ["127.0.0.1", "10.0.0.0/8"],
            }
        );
        foreach (
            (RunningServer server, HttpStatusCode expected) in new[]
            {
                (strict, HttpStatusCode.Forbidden),
                (behind, HttpStatusCode.OK),
            }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/vision/v1/models");
            request.Headers.Add("X-Forwarded-For", "198.51.100.7");
            request.Headers.Add("X-Forwarded-Host", "vision.example");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("Origin", "https://vision.example");
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
        }

        JsonElement samples = JsonDocument
            .Parse(await behind.Client.GetStringAsync("/vision/v1/samples"))
            .RootElement.GetProperty("samples");
        Assert.StartsWith("/vision/v1/samples/", samples[0].GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Contains("docs.js", await behind.Client.GetStringAsync("/vision/docs"), StringComparison.Ordinal);
        // its addresses are relative
        Assert.DoesNotContain("\"/", await behind.Client.GetStringAsync("/vision/docs"), StringComparison.Ordinal);
        Assert.Contains("<!doctype html>", await behind.Client.GetStringAsync("/vision"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Paths_methods_and_heads_are_answered_as_HTTP_says()
    {
        foreach (
            (string method, string path, int expected) in new[]
            {
                ("GET", "/v1/nothing", 404),
                ("POST", "/v1/nothing", 404),
                ("PUT", "/nothing", 404),
                ("GET", "/v1/chat/completions", 405),
                ("DELETE", "/v1/models", 405),
                ("POST", "/", 405),
                ("POST", "/health/live", 405),
                ("HEAD", "/", 200),
                ("HEAD", "/v1/models", 200),
                ("HEAD", "/v1/nothing", 404),
                ("HEAD", "/health/ready", 200),
                ("HEAD", "/v1/chat/completions", 405),
                ("GET", "/v1/models/golden", 200),
                ("GET", "/v1/models/other", 404),
            }
        )
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using HttpResponseMessage response = await shared.Server.Client.SendAsync(request);
            Assert.Equal((method, path, expected), (method, path, (int)response.StatusCode));
            Assert.Equal(expected == 405, response.Content.Headers.Allow.Count > 0);
            Assert.StartsWith("req_", Assert.Single(response.Headers.GetValues("X-Request-Id")), StringComparison.Ordinal);
            Assert.Equal(method == "HEAD", (await response.Content.ReadAsByteArrayAsync()).Length == 0);
        }
    }

    [Fact]
    public async Task Certificates_come_by_Kestrels_own_configuration()
    {
        using var folder = new TemporaryFolder();
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=localhost",
            key,
            System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1
        );
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(folder["c.pem"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder["k.pem"], key.ExportPkcs8PrivateKeyPem());
        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Endpoints:Https:Url"] = "https://127.0.0.1:0",
                    ["Endpoints:Https:Certificate:Path"] = folder["c.pem"],
                    ["Endpoints:Https:Certificate:KeyPath"] = folder["k.pem"],
                }
            )
            .Build();
        await using RunningServer server = await RunningServer.StartAsync(shared.Model, new ServerOptions { Kestrel = settings });
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, given, _, _) => given?.Subject == "CN=localhost",
        };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        Assert.Equal(("https", "ready"), (server.Address.Scheme, await client.GetStringAsync("/health/ready")));
        Assert.Throws<OmgLlavaException>(() =>
            new ServerOptions
            {
                Kestrel = new ConfigurationBuilder().AddInMemoryCollection([new("Endpoints:A:Url", "http://locahost:1")]).Build(),
            }.Validate()
        );
    }

    [Fact]
    public async Task Every_answer_has_the_headers_that_protect_it()
    {
        foreach (string path in (string[])["/", "/v1/models", "/nothing"])
        {
            using HttpResponseMessage response = await shared.Server.Client.GetAsync(path);
            Assert.Contains(
                "default-src 'none'",
                Assert.Single(response.Headers.GetValues("Content-Security-Policy")),
                StringComparison.Ordinal
            );
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.False(response.Headers.Contains("Server"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    public static TheoryData<string, string[]> Addresses =>
        new()
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
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() =>
            remote.FetchAsync($"https://{host}:{port}/a.png", CancellationToken.None)
        );
        Assert.Contains("not of the public internet", refused.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending(), "a connection was opened");
    }

    [Fact]
    public async Task Hosts_that_are_not_allowed_are_not_even_looked_up()
    {
        var names = new StubNames([IPAddress.Parse("8.8.8.8")]);
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { ImageHosts = ["pictures.example"] },
            builder => builder.Services.AddSingleton<INameResolver>(names)
        );
        foreach (
            string url in (string[])
                [
                    "https://other.example/a.png",
                    "http://pictures.example/a.png",
                    "https://user@pictures.example/a.png",
                    "ftp://pictures.example/a",
                    "https://",
                ]
        )
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
        var redirecting = new StubHandler(() =>
            new HttpResponseMessage((HttpStatusCode)status) { Headers = { Location = new Uri("http://127.0.0.1/secret") } }
        );
        using var remote = new RemotePictures(new ServerOptions { ImageHosts = ["pictures.example"] }, redirecting);
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() =>
            remote.FetchAsync("https://pictures.example/a.png", CancellationToken.None)
        );
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
            new ServerOptions { ImageHosts = ["pictures.example"] },
            new StubHandler(() => new HttpResponseMessage { Content = new ByteArrayContent(picture) })
        );
        Assert.Equal(picture, await remote.FetchAsync("https://pictures.example/a.png", CancellationToken.None));
        var small = new ServerOptions
        {
            ImageHosts = ["pictures.example"],
            Serving = new() { Image = new() { MaxFileBytes = 100 } },
        };
        using var limited = new RemotePictures(
            small,
            new StubHandler(() => new HttpResponseMessage { Content = new ByteArrayContent(picture) })
        );
        Assert.Equal(
            413,
            (
                await Assert.ThrowsAsync<ApiException>(() =>
                    limited.FetchAsync("https://pictures.example/a.png", CancellationToken.None)
                )
            ).Status
        );
    }

    [Fact]
    public async Task Nothing_that_a_request_holds_is_logged()
    {
        var lines = new RecordingLogs();
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            null,
            builder => builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(lines)
        );
        string id = await server.UploadAsync();
        await server.PostAsync($"/v1/images/{id}/chat", new { question = "my secret question", max_tokens = 2 });
        await server.Client.GetAsync("/v1/images/secret-name/panoptic?kind=secret");
        Assert.Contains(lines.Lines, line => line.Contains("v1/images/{id}/chat 200", StringComparison.Ordinal));
        Assert.DoesNotContain(
            lines.Lines,
            line => line.Contains("secret", StringComparison.Ordinal) || line.Contains(id, StringComparison.Ordinal)
        );
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

    private static async Task<HttpStatusCode> StatusAsync(RunningServer server, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }
}
