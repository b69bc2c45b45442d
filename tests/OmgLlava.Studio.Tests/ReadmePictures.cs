using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OmgLlava.Server;
using OmgLlava.Tests;

namespace OmgLlava.Studio.Tests;

/// <summary>
/// Makes the pictures of the page in <c>docs/images</c>, with what a model really answers:
/// <c>OMG_PICTURES_MODEL=models/nano dotnet run --project tests/OmgLlava.Studio.Tests -- -class "*ReadmePictures"</c>.
/// </summary>
[Collection(nameof(Studio))]
public class ReadmePictures(Studio studio)
{
    private static readonly string? Model = Environment.GetEnvironmentVariable("OMG_PICTURES_MODEL");
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "images");

    [Fact]
    public async Task Are_made()
    {
        Assert.SkipWhen(Model is null, "Set OMG_PICTURES_MODEL to a model directory to make them.");
        IBrowser browser = await studio.BrowserAsync();
        using OmgLlavaModel model = OmgLlavaModel.Load(Path.Combine(Repository.Root, Model!));
        await using WebApplication server = OmgLlavaServer.Create(
            model,
            new ServerOptions { Port = 0 },
            host => host.Logging.ClearProviders()
        );
        await server.StartAsync();
        Directory.CreateDirectory(Folder);

        await using (StudioPage page = await OpenAsync(browser, server, "photos/chelsea.png", _ => { }))
        {
            await page["[data-task=segment]"].ClickAsync();
            await page.AskAsync("the cat");
            if (await page[".phrase[role=button]"].CountAsync() > 0)
            {
                await page[".phrase[role=button]"].First.HoverAsync();
            }

            await SaveAsync(page, "studio-answer");
        }

        await using (
            StudioPage page = await OpenAsync(
                browser,
                server,
                "scenes/images/000005.png",
                context => context.ColorScheme = ColorScheme.Dark
            )
        )
        {
            await page["#file"]
                .SetInputFilesAsync([
                    .. Enumerable
                        .Range(1, 4)
                        .Select(number => Path.Combine(Repository.Root, "samples", "scenes", "images", $"00000{number}.png")),
                ]);
            await page[".tile"].Nth(4).WaitForAsync();
            await page["#all-everything"].ClickAsync();
            await page[".tile:nth-child(5) .count"].WaitForAsync();
            await page[".tile .open"].First.ClickAsync();
            await page.ReadyAsync();
            await page["#tab-objects"].ClickAsync();
            await page[".object .name"].First.ClickAsync();
            await page["[data-tool=select]"].ClickAsync();
            await page["#status"].HoverAsync();

            await SaveAsync(page, "studio-everything");
        }

        await using (StudioPage page = await OpenAsync(browser, server, "photos/chelsea.png", _ => { }))
        {
            await page.Page.Mouse.MoveAsync(10, 10);
            LocatorBoundingBoxResult world = (await page["#world"].BoundingBoxAsync())!;
            await page.Page.Mouse.ClickAsync(world.X + (world.Width * 0.4f), world.Y + (world.Height * 0.6f));
            await page["#question .chip"].WaitForAsync();
            await page.Page.Mouse.MoveAsync(world.X + (world.Width * 0.6f), world.Y + (world.Height * 0.3f));
            await page.Page.WaitForTimeoutAsync(3000); // the mask under the pointer
            await SaveAsync(page, "studio-point");
        }

        await using (
            StudioPage page = await OpenAsync(
                browser,
                server,
                "scenes/images/000007.png",
                context =>
                {
                    context.Locale = "ko-KR";
                    context.ViewportSize = new ViewportSize { Width = 390, Height = 844 };
                    context.DeviceScaleFactor = 1.25f;
                }
            )
        )
        {
            await page["#everything"].ClickAsync();
            await page.ReadyAsync();
            await SaveAsync(page, "studio-phone");
        }
    }

    private static async Task<StudioPage> OpenAsync(
        IBrowser browser,
        WebApplication server,
        string picture,
        Action<BrowserNewContextOptions> configure
    )
    {
        StudioPage page = await StudioPage.OpenAsync(
            browser,
            server.Urls.First(),
            context =>
            {
                context.ViewportSize = new ViewportSize { Width = 1200, Height = 720 };
                configure(context);
            }
        );
        await page["#file"].SetInputFilesAsync(Path.Combine(Repository.Root, "samples", picture));
        await page.ReadyAsync();
        return page;
    }

    private static async Task SaveAsync(StudioPage page, string name)
    {
        await page.Page.WaitForTimeoutAsync(400); // transitions
        string path = Path.Combine(Folder, $"{name}.jpg");
        await page.Page.ScreenshotAsync(
            new PageScreenshotOptions
            {
                Path = path,
                Type = ScreenshotType.Jpeg,
                Quality = 88,
            }
        );
        Assert.InRange(new FileInfo(path).Length, 1, 200_000);
    }
}
