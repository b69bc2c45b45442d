using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Tests.Server;

/// <summary>The way out to other hosts.</summary>
public class RemotePictureTests(SharedServer shared)
{
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
}
