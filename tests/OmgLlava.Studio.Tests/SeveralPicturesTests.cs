using System.Text.Json.Nodes;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class SeveralPicturesTests(Studio studio)
{
    [Fact]
    public async Task Files_dropped_together_are_all_there_and_keys_go_from_one_to_the_next()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.DropAsync(
            ("b.png", TinyModel.PicturePath),
            ("a.png", TinyModel.PicturePath),
            ("a.png", TinyModel.PicturePath)
        );
        await Expect(page[".tile"]).ToHaveCountAsync(3);
        await page.ReadyAsync();
        Assert.Equal(["a.png", "a-2.png", "b.png"], await page[".tile-name"].AllInnerTextsAsync());
        await Expect(page[".tile .open[aria-current]"]).ToHaveTextAsync("a.png");
        await page.ClickPictureAsync(50, 60);
        await Expect(page[".marker"]).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("PageDown");
        await Expect(page[".tile .open[aria-current]"]).ToHaveTextAsync("a-2.png");
        await Expect(page[".marker"]).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("PageUp");
        await Expect(page[".marker"]).ToHaveCountAsync(1);
        await page["#undo"].ClickAsync(); // what was done to this picture, not to the other
        await Expect(page[".marker"]).ToHaveCountAsync(0);

        await page[".tile"].Nth(1).HoverAsync();
        await page[".tile .remove"].Nth(1).ClickAsync();
        await Expect(page[".tile"]).ToHaveCountAsync(2);
        await page[".notice .act"].ClickAsync();
        await Expect(page[".tile"]).ToHaveCountAsync(3);
        Assert.Equal(["a.png", "a-2.png", "b.png"], await page[".tile-name"].AllInnerTextsAsync());
    }

    [Fact]
    public async Task One_question_is_asked_of_every_picture_with_progress()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.DropAsync(
            ("1.png", TinyModel.PicturePath),
            ("2.png", TinyModel.PicturePath),
            ("3.png", TinyModel.PicturePath)
        );
        await Expect(page[".tile"]).ToHaveCountAsync(3);
        await page.ReadyAsync();
        await page["[data-task=segment]"].ClickAsync();
        await page["#question"].FillAsync("cat");
        var shown = new TaskCompletionSource(); // answers come faster than a look at the page
        await page.Page.RouteAsync(
            "**/chat",
            async route =>
            {
                await shown.Task;
                await route.ContinueAsync();
            }
        );
        await page["#all-ask"].ClickAsync();
        await Expect(page["#batch"]).ToBeVisibleAsync();
        shown.SetResult();
        await Expect(page["#batch"]).ToBeHiddenAsync();
        for (int i = 0; i < 3; i++)
        {
            await page[".tile .open"].Nth(i).ClickAsync();
            await Expect(page[".tile .open"].Nth(i)).ToHaveAttributeAsync("aria-current", "true");
            await Expect(page[".answer.done .phrase"]).ToHaveTextAsync("cat");
        }
    }

    [Fact]
    public async Task Work_on_all_pictures_can_be_cancelled()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "ERR_ABORTED";
        await page.DropAsync(("1.png", TinyModel.PicturePath), ("2.png", TinyModel.PicturePath));
        await Expect(page[".tile"]).ToHaveCountAsync(2);
        await page.ReadyAsync();
        int asked = 0;
        await page.Page.RouteAsync(
            "**/panoptic",
            _ =>
            {
                asked++;
                return Task.CompletedTask;
            }
        ); // never answered
        await page.Page.RunAndWaitForRequestAsync(
            () => page["#all-everything"].ClickAsync(),
            one => one.Url.EndsWith("/panoptic", StringComparison.Ordinal)
        );
        await Expect(page["#batch-words"]).ToHaveTextAsync("Segmenting 0 of 2");
        await page.ShootAsync("batch");
        await page["#batch-cancel"].ClickAsync();
        await Expect(page["#batch"]).ToBeHiddenAsync();
        await page.ReadyAsync();
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task The_next_question_waits_and_can_be_taken_back()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        var first = new TaskCompletionSource();
        await page.Page.RouteAsync(
            "**/chat",
            async route =>
            {
                await first.Task;
                await route.ContinueAsync();
            }
        );
        await page["#question"].FillAsync(TinyModel.MaskQuestion);
        await page["#send"].ClickAsync();
        await page[".answer.waiting"].WaitForAsync();
        foreach (string next in new[] { "One more?", TinyModel.MaskQuestion })
        {
            await page["#question"].FillAsync(next);
            await page["#send"].ClickAsync();
        }

        await Expect(page[".answer.queued"]).ToHaveCountAsync(2);
        await page.ShootAsync("queue");
        await page[".turn"].Nth(1).Locator(".remark button").ClickAsync();
        await Expect(page[".turn"]).ToHaveCountAsync(2);
        JsonNode body = await page.RequestAsync(
            "/chat",
            () =>
            {
                first.SetResult();
                return Task.CompletedTask;
            },
            one => one["history"]!.AsArray().Count == 1
        );
        Assert.Equal(TinyModel.MaskQuestion, body["history"]![0]!["question"]!.GetValue<string>());
        await page.StopAsync();
    }
}
