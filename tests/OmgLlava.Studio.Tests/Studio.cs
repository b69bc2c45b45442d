using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OmgLlava.Server;
using OmgLlava.Tests;

namespace OmgLlava.Studio.Tests;

/// <summary>The tests of the page share one server and one browser.</summary>
[CollectionDefinition(nameof(Studio))]
public sealed class SharedStudio : ICollectionFixture<Studio>;

/// <summary>A server with the small model of the golden case, and a browser; both are started when a test first opens a
/// page.</summary>
public sealed class Studio(TinyModel tiny) : IAsyncDisposable
{
    private WebApplication? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public TinyModel Tiny { get; } = tiny;

    public string Address => _server!.Urls.First();

    /// <summary>Where pictures of the page are kept.</summary>
    public static string Screenshots { get; } =
        Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;

    /// <summary>Opens the page in a browser profile of its own.</summary>
    public async Task<StudioPage> OpenAsync(Action<BrowserNewContextOptions>? configure = null)
    {
        IBrowser browser = await BrowserAsync();
        if (_server is null)
        {
            _server = OmgLlavaServer.Create(Tiny.Model, new ServerOptions { Port = 0 }, host => host.Logging.ClearProviders());
            await _server.StartAsync();
        }

        return await StudioPage.OpenAsync(browser, Address, configure);
    }

    /// <summary>The browser; the test is skipped where there is none.</summary>
    public async Task<IBrowser> BrowserAsync()
    {
        Assert.SkipWhen(Chromium.ExecutablePath is null, Chromium.Missing);
        Assertions.SetDefaultExpectTimeout(30_000); // busy machines
        _playwright ??= await Playwright.CreateAsync();
        return _browser ??= await Chromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }
    }
}
