using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OmgLlava.Server;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class BasePathTests(Studio studio)
{
    /// <summary>Behind a proxy that passes on one folder alone, whatever the page asks outside of it would be lost.</summary>
    [Fact]
    public async Task The_page_asks_nothing_outside_of_its_base_path()
    {
        IBrowser browser = await studio.BrowserAsync();
        await using WebApplication server = OmgLlavaServer.Create(
            studio.Tiny.Model,
            new ServerOptions { Port = 0, BasePath = "/vision" },
            host => host.Logging.ClearProviders()
        );
        await server.StartAsync();
        await using (StudioPage page = await StudioPage.OpenAsync(browser, $"{server.Urls.First()}/vision/", null))
        {
            await page["#samples button"].First.ClickAsync();
            await page.ReadyAsync();
            await page["#home"].ClickAsync();
            await page.UploadAsync();
            await page.ClickPictureAsync(50, 60);
            await Expect(page["#masks .mask"]).ToHaveCountAsync(1);
            await page.AskAsync(TinyModel.MaskQuestion);
            string answer = await page[".answer"].InnerTextAsync();
            await page.KeptAsync();
            await page.Page.ReloadAsync();
            await page.ReadyAsync();
            await Expect(page[".answer"]).ToHaveTextAsync(answer, new() { UseInnerText = true });
            await page.Page.GotoAsync($"{server.Urls.First()}/vision/docs");
            await Expect(page["body"]).ToContainTextAsync("/v1/images");
        }

        await server.StopAsync();
    }
}
