using Microsoft.Playwright;

namespace OmgLlava.Studio.Tests;

/// <summary>The system's Chromium. Nothing is downloaded: where there is none, the tests of the page are skipped and say
/// so.</summary>
internal static class Chromium
{
    private static readonly string[] Places =
    [
        Environment.GetEnvironmentVariable("OMG_CHROMIUM") ?? "",
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <summary>Its path; null where there is none.</summary>
    public static string? ExecutablePath { get; } = Places.FirstOrDefault(File.Exists);

    public static string Missing =>
        "There is no Chromium on this machine: install Debian's package 'chromium', or set OMG_CHROMIUM to its path.";

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = ExecutablePath,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
}
