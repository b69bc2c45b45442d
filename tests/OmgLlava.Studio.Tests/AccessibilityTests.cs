using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using OmgLlava.Tests;

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
        await page["#clear"].ClickAsync();
        await page.AskAsync(TinyModel.MaskQuestion);
        await CheckAsync(page, "an answer");
        await page["#tab-objects"].ClickAsync();
        await CheckAsync(page, "objects");
        await page.ShootAsync(scheme == ColorScheme.Dark ? "dark-objects" : "objects");
        await page["#help-button"].ClickAsync();
        await CheckAsync(page, "help");
    }

    private static async Task CheckAsync(StudioPage page, string where)
    {
        await page.Page.WaitForTimeoutAsync(300); // transitions change colours
        AxeResult result = await page.Page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
        Assert.True(
            result.Violations.Length == 0,
            $"{where}: {string.Join("; ", result.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"))}");
    }
}
