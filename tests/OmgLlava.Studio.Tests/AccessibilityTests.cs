using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class AccessibilityTests(Studio studio)
{
    [Theory]
    [InlineData(ColorScheme.Light, "en-US", 1360)]
    [InlineData(ColorScheme.Dark, "ko-KR", 390)]
    public async Task Axe_finds_no_violation_of_wcag_2_2_aa(ColorScheme scheme, string language, int width)
    {
        await using StudioPage page = await studio.OpenAsync(context =>
        {
            context.ColorScheme = scheme;
            context.Locale = language;
            context.ViewportSize = new ViewportSize { Width = width, Height = 820 };
        });
        await CheckAsync(page, "first screen");
        await page.UploadAsync();
        await page.ClickPictureAsync(50, 60);
        await page["#masks .mask"].WaitForAsync();
        await page.ClickPictureAsync(50, 50, MouseButton.Right);
        await page[".notice"].WaitForAsync();
        await CheckAsync(page, "a point and a remark");
        await CheckAsync(page, "a mark to keep");
        await page["[data-edit='edit.keep']"].ClickAsync();
        await page.AskAsync(TinyModel.MaskQuestion);
        await CheckAsync(page, "an answer");
        await page["#new-chat"].ClickAsync();
        await page["#chats summary"].ClickAsync();
        await CheckAsync(page, "earlier conversations");
        await page["#chat-list button"].ClickAsync();
        await page["#tab-objects"].ClickAsync();
        await page["#new-class-name"].FillAsync("cat");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.DropAsync(("more.png", TinyModel.PicturePath));
        await Expect(page[".tile"]).ToHaveCountAsync(2);
        await page.ReadyAsync();
        await page["#previous"].ClickAsync();
        await Expect(page[".object"].First).ToBeVisibleAsync();
        await page.ReadyAsync();
        await page[".object .name"].First.ClickAsync();
        await CheckAsync(page, "objects");
        await page.ShootAsync(scheme == ColorScheme.Dark ? "dark-objects" : "objects");
        await page["#help"].EvaluateAsync("help => help.showModal()"); // its button is not on the smallest screens
        await CheckAsync(page, "help");
        await page.Page.Keyboard.PressAsync("Escape");
        await page["#save summary"].ClickAsync();
        await CheckAsync(page, "what can be saved");
        await page.Page.Keyboard.PressAsync("Escape");
        await page["#leave"].ClickAsync();
        await Expect(page[".project"]).ToHaveCountAsync(1);
        await CheckAsync(page, "projects");
    }

    private static async Task CheckAsync(StudioPage page, string where)
    {
        await page.Page.WaitForTimeoutAsync(300); // transitions change colours
        AxeResult result = await page.Page.RunAxe(
            new AxeRunOptions
            {
                RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
            }
        );
        Assert.True(
            result.Violations.Length == 0,
            $"{where}: "
                + $"{string.Join("; ", result.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"))}"
        );
    }
}
