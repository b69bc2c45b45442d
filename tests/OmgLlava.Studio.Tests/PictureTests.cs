using Microsoft.Playwright;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class PictureTests(Studio studio)
{
    [Fact]
    public async Task A_picked_picture_is_read_and_shown_whole()
    {
        await using StudioPage page = await studio.OpenAsync();
        Assert.Equal("No picture yet", (await page["#status"].InnerTextAsync()).Trim());
        await page.ShootAsync("welcome");
        await page.UploadAsync();
        Assert.Equal("0 0 150 100", await page["#masks"].GetAttributeAsync("viewBox"));
        Assert.True(await page["#photo"].EvaluateAsync<bool>("photo => photo.naturalWidth === 150 && photo.checkVisibility()"));
        LocatorBoundingBoxResult stage = (await page["#stage"].BoundingBoxAsync())!;
        LocatorBoundingBoxResult picture = (await page["#world"].BoundingBoxAsync())!;
        Assert.InRange(picture.X, stage.X, stage.X + stage.Width - picture.Width);
        Assert.InRange(picture.Y, stage.Y, stage.Y + stage.Height - picture.Height);
        Assert.True(await page["#welcome"].IsHiddenAsync());
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("paste")]
    public async Task A_picture_can_be_dropped_and_pasted(string way)
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.Page.EvaluateAsync(
            """
            ([way, bytes]) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], 'from-elsewhere.png', { type: 'image/png' }));
              const event = way === 'drop' ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
                : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
              document.body.dispatchEvent(event);
            }
            """,
            new[] { way, Convert.ToBase64String(await File.ReadAllBytesAsync(TinyModel.PicturePath)) }
        );
        await page.ReadyAsync();
        Assert.Equal("0 0 150 100", await page["#masks"].GetAttributeAsync("viewBox"));
    }

    [Fact]
    public async Task Zoom_and_pan_keep_pixels_under_the_pointer()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        (float x, float y) = await page.OnScreenAsync(120, 30);
        await page.Page.Mouse.MoveAsync(x, y);
        await page.Page.Mouse.WheelAsync(0, -400);
        (float zoomedX, float zoomedY) = await page.OnScreenAsync(120, 30);
        Assert.Equal(x, zoomedX, 1f);
        Assert.Equal(y, zoomedY, 1f);
        Assert.NotEqual(await page.OnScreenAsync(0, 0), (0, 0));

        await page.Page.Keyboard.PressAsync("Alt+h");
        await page.DragAsync((100, 50), (90, 45));
        (float pannedX, float pannedY) = await page.OnScreenAsync(120, 30);
        Assert.True(pannedX < zoomedX && pannedY < zoomedY);
        Assert.Equal(0, await page[".marker"].CountAsync());

        // A point that is placed now is the pixel under the pointer.
        await page.Page.Keyboard.PressAsync("Alt+p");
        var body = await page.RequestAsync("/segment", () => page.ClickPictureAsync(118, 32));
        Assert.Equal(118, body["prompts"]![0]!["point"]![0]!.GetValue<double>(), 0.6);
        Assert.Equal(32, body["prompts"]![0]!["point"]![1]!.GetValue<double>(), 0.6);
    }

    [Fact]
    public async Task Samples_are_one_click_away_where_the_server_has_some()
    {
        await using StudioPage page = await studio.OpenAsync();
        IAPIResponse response = await page.Page.APIRequest.GetAsync($"{page.Page.Url}v1/samples");
        int count = System.Text.Json.Nodes.JsonNode.Parse(await response.TextAsync())!["samples"]!.AsArray().Count;
        await Expect(page[".sample"]).ToHaveCountAsync(count);
        Assert.SkipWhen(count == 0, "This build carries no sample pictures.");
        await page[".sample"].First.ClickAsync();
        await page.ReadyAsync();
        await Expect(page[".example"]).Not.ToHaveCountAsync(0);

        // One of them points at something: the mark is placed, sent and stays to be seen.
        ILocator pointing = page[".example:has(.chip)"].First;
        Assert.SkipWhen(await pointing.CountAsync() == 0, "No sample question points at something.");
        var body = await page.RequestAsync("/chat", () => pointing.ClickAsync());
        Assert.Single(body["prompts"]!.AsArray());
        await Expect(page[".said .chip"]).ToHaveCountAsync(1);
        await Expect(page[".marker"]).ToHaveCountAsync(1);
        await page.StopAsync();
    }
}
