using Microsoft.Playwright;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class PhoneTests(Studio studio)
{
    private const string Fits =
        "document.documentElement.scrollWidth <= 390 && [...document.querySelectorAll('button, select')].every(e => "
        + "!e.checkVisibility() || e.closest('.tools, .strip-list') || e.getBoundingClientRect().right <= 390)";

    [Fact]
    public async Task Nothing_scrolls_sideways_on_the_smallest_screen()
    {
        await using StudioPage page = await studio.OpenAsync(context =>
            context.ViewportSize = new ViewportSize { Width = 320, Height = 640 }
        );
        const string Sideways =
            "[...document.querySelectorAll('html, body, main, main *, .bar, .bar *')].filter(e => e.checkVisibility() && "
            + "!e.closest('.spoken, #world, .strip, .tools') "
            + "&& (e.getBoundingClientRect().right > 320.5 || e.getBoundingClientRect().left < -0.5)).map(e => "
            + "e.outerHTML.slice(0, 80))";
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(Sideways));
        await page.UploadAsync();
        await page.ClickPictureAsync(50, 60);
        await page["#masks .mask"].WaitForAsync();
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(Sideways));
        await page["#save summary"].ClickAsync();
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(Sideways));
        await page["#language"].SelectOptionAsync("ko");
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(Sideways));
        await page.ShootAsync("phone-320");
    }

    private static void Phone(BrowserNewContextOptions context)
    {
        context.ViewportSize = new ViewportSize { Width = 390, Height = 844 };
        context.HasTouch = true;
        context.IsMobile = true;
        context.DeviceScaleFactor = 2;
    }

    [Fact]
    public async Task Two_fingers_zoom_and_place_nothing()
    {
        await using StudioPage page = await studio.OpenAsync(Phone);
        await page.UploadAsync();
        double before = (await page["#world"].BoundingBoxAsync())!.Width;
        ICDPSession session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        foreach (
            (string type, double gap) in new[] { ("touchStart", 10.0), ("touchMove", 20), ("touchMove", 40), ("touchEnd", 0) }
        )
        {
            (float x, float y) = await page.OnScreenAsync(75, 50);
            object[] fingers =
                type == "touchEnd"
                    ? []
                    :
                    [
                        new
                        {
                            x = x - gap,
                            y,
                            id = 0,
                        },
                        new
                        {
                            x = x + gap,
                            y,
                            id = 1,
                        },
                    ];
            await session.SendAsync(
                "Input.dispatchTouchEvent",
                new Dictionary<string, object> { ["type"] = type, ["touchPoints"] = fingers }
            );
        }

        Assert.InRange((await page["#world"].BoundingBoxAsync())!.Width, before * 2, before * 6);
        await Expect(page[".marker"]).ToHaveCountAsync(0);
        Assert.Equal(1, await page.Page.EvaluateAsync<double>("visualViewport.scale"));
    }

    [Fact]
    public async Task A_phone_shows_all_of_it_and_fingers_work()
    {
        await using StudioPage page = await studio.OpenAsync(Phone);
        Assert.True(await page.Page.EvaluateAsync<bool>(Fits));
        await page.ShootAsync("phone-welcome", whole: true);
        await page.UploadAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>(Fits));
        (float x, float y) = await page.OnScreenAsync(50, 60);
        await page.Page.Touchscreen.TapAsync(x, y);
        await page["#masks .mask"].WaitForAsync();
        await Expect(page["#question .chip"]).ToHaveTextAsync("point 1");
        await page.ShootAsync("phone");
        await page["#clear"].TapAsync();
        await page["#question"].FillAsync(TinyModel.MaskQuestion);
        await page["#send"].TapAsync();
        await page.AnsweredAsync();
        await Expect(page[".answer .phrase"]).ToHaveCountAsync(2);
        Assert.True(await page.Page.EvaluateAsync<bool>(Fits));
        await page.ShootAsync("phone-answer");

        // Picture and conversation share the screen; the sheet goes low and high by its handle, and the page itself never
        // scrolls.
        double half = (await page["#stage"].BoundingBoxAsync())!.Height;
        Assert.True(half > 150);
        await page["#sheet"].FocusAsync();
        await page.Page.Keyboard.PressAsync("Home");
        Assert.True((await page["#stage"].BoundingBoxAsync())!.Height > half + 100);
        await Expect(page["#question"]).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("End");
        Assert.True((await page["#panel"].BoundingBoxAsync())!.Height > 600);
        LocatorBoundingBoxResult handle = (await page["#sheet"].BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(handle.X + 100, handle.Y + 10);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(handle.X + 100, 430, new MouseMoveOptions { Steps = 4 });
        await page.Page.Mouse.UpAsync();
        await Expect(page["#sheet"]).ToHaveAttributeAsync("aria-valuetext", "half");
        Assert.Equal(844, await page.Page.EvaluateAsync<int>("document.documentElement.scrollHeight"));
        await page["#zoom-in"].TapAsync();
        await page["#zoom-out"].TapAsync();

        // Nothing that can be tapped is smaller than a finger can hit (WCAG 2.2, target size: 24 pixels).
        string[] small = await page.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('button, select, summary')].filter(element => element.checkVisibility() && !element.closest('.chip'))
              .filter(element => { const { width, height } = element.getBoundingClientRect(); return width < 24 || height < 24; }).map(element => element.outerHTML.slice(0, 80))
            """
        );
        Assert.Empty(small);
    }
}
