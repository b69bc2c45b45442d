using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OmgLlava.Imaging;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class PromptTests(Studio studio)
{
    [Fact]
    public async Task The_mask_under_the_moving_pointer_is_the_model_s_mask_of_that_point()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        (float x, float y) = await page.OnScreenAsync(60, 40);
        JsonNode body = await page.RequestAsync("/segment", () => page.Page.Mouse.MoveAsync(x, y));
        await page[".guess"].WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Mask shown = await page.OutlineAsync(".guess");
        StudioPage.Same(StudioPage.Read((await page.SegmentAsync(body["prompts"]![0]!))["mask"]!), shown);
        Assert.Equal(0, await page[".marker"].CountAsync());

        (x, y) = await page.OnScreenAsync(-20, -20);
        await page.Page.Mouse.MoveAsync(x, Math.Max(2, y));
        await Expect(page[".guess"]).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_click_places_a_point_with_its_mask_and_its_chip()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page[".under details.view"].First.ClickAsync();
        await page["#live"].UncheckAsync();
        JsonNode body = await page.RequestAsync("/segment", () => page.ClickPictureAsync(50, 60));
        JsonArray point = body["prompts"]![0]!["point"]!.AsArray();
        Assert.Equal(50, point[0]!.GetValue<double>(), 0.3);
        Assert.Equal(60, point[1]!.GetValue<double>(), 0.3);

        await page["#masks .mask"].WaitForAsync();
        JsonNode found = await page.SegmentAsync(body["prompts"]![0]!);
        Mask shown = await page.OutlineAsync("#masks .mask");
        StudioPage.Same(StudioPage.Read(found["mask"]!), shown);
        await Expect(page["#question .chip"]).ToHaveTextAsync("point 1");
        await Expect(page[".marker"]).ToHaveTextAsync("1");
        Assert.Equal(
            await page.ColorAsync(page[".marker"], "backgroundColor"),
            await page.ColorAsync(page["#masks .mask"], "fill")
        );

        await page["#tab-objects"].ClickAsync();
        await Expect(page[".object"]).ToContainTextAsync($"{100.0 * shown.Area / 15000:F1} %");
        await page.ShootAsync("point");
    }

    [Fact]
    public async Task A_drag_draws_a_box()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.DragAsync((100, 80), (30, 20));
        await page["#masks .mask"].WaitForAsync();
        double[] box = await page["#preview rect.box"]
            .EvaluateAsync<double[]>("rect => ['x', 'y', 'width', 'height'].map(name => Number(rect.getAttribute(name)))");
        Assert.Equal([30, 20, 70, 60], box, (a, b) => Math.Abs(a - b) < 0.5);
        JsonNode found = await page.SegmentAsync(
            new JsonObject
            {
                ["box"] = new JsonArray(box[0], box[1], Math.Round(box[0] + box[2], 1), Math.Round(box[1] + box[3], 1)),
            }
        );
        StudioPage.Same(StudioPage.Read(found["mask"]!), await page.OutlineAsync("#masks .mask"));
        await Expect(page["#question .chip"]).ToHaveTextAsync("box 1");
        await page.ShootAsync("box");
    }

    [Fact]
    public async Task The_brush_paints_a_region_and_the_eraser_takes_some_away()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.Page.Keyboard.PressAsync("Alt+b");
        JsonNode body = await page.RequestAsync("/segment", () => page.DragAsync((40, 30), (80, 30), (80, 60)));
        Mask painted = StudioPage.Read(body["prompts"]![0]!["mask"]!);
        Assert.True(painted[60, 30] && painted[80, 45] && !painted[40, 60]);
        StudioPage.Same(painted, await page.OutlineAsync(".paint"));
        await Expect(page["#question .chip"]).ToHaveTextAsync("painted 1");

        await page.Page.Keyboard.PressAsync("Alt+e");
        body = await page.RequestAsync("/segment", () => page.DragAsync((80, 45), (80, 65)));
        Mask left = StudioPage.Read(body["prompts"]![0]!["mask"]!);
        Assert.True(left[60, 30] && !left[80, 55] && left.Area < painted.Area);

        await page.Page.Keyboard.PressAsync("Control+z");
        StudioPage.Same(painted, await page.OutlineAsync(".paint"));
        await page.ShootAsync("brush");
        await page.Page.Keyboard.PressAsync("Control+z");
        await Expect(page[".paint"]).ToHaveCountAsync(0);
        await Expect(page["#question .chip"]).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("Control+y");
        await Expect(page["#question .chip"]).ToHaveTextAsync("painted 1");
    }

    [Fact]
    public async Task Chips_and_marks_come_and_go_together()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.ClickPictureAsync(30, 30);
        await page.ClickPictureAsync(110, 70);
        await Expect(page["#question .chip"]).ToHaveCountAsync(2);
        await page["#question"].ClickAsync();
        await page.Page.Keyboard.PressAsync("End");
        await page.Page.Keyboard.PressAsync("Backspace"); // the space after the chip
        await page.Page.Keyboard.PressAsync("Backspace");
        await Expect(page[".marker"]).ToHaveCountAsync(1);
        await Expect(page[".marker"]).ToHaveTextAsync("1");
        await page[".marker"].ClickAsync();
        await Expect(page["#question .chip"]).ToHaveCountAsync(0);
        await page["#undo"].ClickAsync();
        await page["#undo"].ClickAsync();
        await Expect(page["#question .chip"]).ToHaveCountAsync(2);
        await page["#clear"].ClickAsync();
        await Expect(page[".marker"]).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_question_says_each_mark_where_its_chip_stands()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#question"].ClickAsync();
        await page.Page.Keyboard.TypeAsync("Is ");
        await page.ClickPictureAsync(30, 30);
        await Expect(page["#question .chip"]).ToHaveCountAsync(1);
        await page["#question"].FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await page.Page.Keyboard.TypeAsync("like ");
        await page.DragAsync((90, 50), (130, 90));
        await Expect(page["#question .chip"]).ToHaveCountAsync(2);
        JsonNode body = await page.RequestAsync("/chat", () => page["#send"].ClickAsync());
        Assert.Equal("Is <mark> like <region>", body["question"]!.GetValue<string>());
        Assert.NotNull(body["prompts"]![0]!["point"]);
        Assert.NotNull(body["prompts"]![1]!["box"]);
        await page.StopAsync();
    }

    [Fact]
    public async Task A_model_without_negative_points_says_so()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.ClickPictureAsync(50, 50, MouseButton.Right);
        await Expect(page[".notice"]).ToContainTextAsync("does not know “not here” points");
        Assert.Equal(0, await page[".marker"].CountAsync());
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#stage"].FocusAsync();
        // the preview
        JsonNode body = await page.RequestAsync("/segment", () => page.Page.Keyboard.PressAsync("Shift+ArrowRight"));
        Assert.Equal("[76,50]", body["prompts"]![0]!["point"]!.ToJsonString());
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page[".marker"]).ToHaveCountAsync(1);
        await page["#masks .mask"].WaitForAsync();
        StudioPage.Same(
            StudioPage.Read((await page.SegmentAsync(body["prompts"]![0]!))["mask"]!),
            await page.OutlineAsync("#masks .mask")
        );
        await page.Page.Keyboard.PressAsync("Shift+Enter");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("Shift+Enter");
        await Expect(page["#preview rect.box"]).ToHaveCountAsync(1);
        await page[".marker"].First.FocusAsync();
        await page.Page.Keyboard.PressAsync("Delete");
        await Expect(page[".marker"]).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Alt+/");
        Assert.Equal("question", await page.Page.EvaluateAsync<string>("document.activeElement.id"));
    }
}
