using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace OmgLlava.Tests.Server;

/// <summary>Origins, names, headers, certificates, and what is logged.</summary>
public class ProtectionTests(SharedServer shared)
{
    [Fact]
    public async Task Other_origins_and_other_names_are_turned_away()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await shared.Server.StatusAsync("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await shared.Server.StatusAsync("Origin", "null"));
        Assert.Equal(HttpStatusCode.OK, await shared.Server.StatusAsync("Origin", $"http://{shared.Server.Address.Authority}"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await shared.Server.StatusAsync("Host", "evil.example"));
        await using RunningServer open = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { CorsOrigins = ["https://friend.example"] }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("Origin", "https://friend.example");
        using HttpResponseMessage response = await open.Client.SendAsync(request);
        Assert.Equal("https://friend.example", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal(HttpStatusCode.Forbidden, await open.StatusAsync("Origin", "https://evil.example"));
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
}
