using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OmgLlava.Imaging;
using OmgLlava.Tests;
using SkiaSharp;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class SavingTests(Studio studio)
{
    [Fact]
    public async Task Masks_go_home_as_coco_json_as_a_picture_and_as_a_cut_out()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.ClickPictureAsync(50, 60);
        await page["#masks .mask"].WaitForAsync();
        Mask mask = await page.OutlineAsync("#masks .mask");

        JsonNode coco = JsonNode.Parse(await File.ReadAllTextAsync(await SaveAsync(page, "coco")))!;
        JsonNode annotation = Assert.Single(coco["annotations"]!.AsArray())!;
        StudioPage.Same(mask, StudioPage.Read(annotation["segmentation"]!));
        Assert.Equal(mask.Area, annotation["area"]!.GetValue<long>());
        PixelBox box = mask.Box!.Value;
        Assert.Equal(
            [box.X0, box.Y0, box.X1 - box.X0, box.Y1 - box.Y0],
            annotation["bbox"]!.AsArray().Select(value => value!.GetValue<float>())
        );
        Assert.Equal(150, coco["images"]![0]!["width"]!.GetValue<int>());
        Assert.Equal("point 1", coco["categories"]![0]!["name"]!.GetValue<string>());

        RgbImage picture = TinyModel.Picture;
        using SKBitmap cut = SKBitmap.Decode(await SaveAsync(page, "cutout"));
        Assert.Equal((150, 100), (cut.Width, cut.Height));
        Assert.All(Enumerable.Range(0, 15000), i => Assert.Equal(mask.Pixels[i] ? 255 : 0, cut.GetPixel(i % 150, i / 150).Alpha));
        int inside = mask.Pixels.IndexOf(true);
        SKColor same = cut.GetPixel(inside % 150, inside / 150);
        Assert.Equal(
            [picture.Pixels[3 * inside], picture.Pixels[(3 * inside) + 1], picture.Pixels[(3 * inside) + 2]],
            new[] { same.Red, same.Green, same.Blue }
        );

        using SKBitmap overlay = SKBitmap.Decode(await SaveAsync(page, "overlay"));
        Assert.Equal((150, 100), (overlay.Width, overlay.Height));
        Assert.NotEqual(same, overlay.GetPixel(inside % 150, inside / 150));
        int outside = Enumerable.Range(0, 15000).First(i => FarFrom(mask, i % 150, i / 150));
        Assert.Equal(picture.Pixels[3 * outside], overlay.GetPixel(outside % 150, outside / 150).Red);
    }

    [Fact]
    public async Task Without_a_mask_there_is_nothing_to_save()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#save summary"].ClickAsync();
        await page["[data-save=coco]"].ClickAsync();
        await Expect(page[".notice"]).ToContainTextAsync("There is no mask to save yet.");
    }

    private static bool FarFrom(Mask mask, int x, int y)
    {
        const int Reach = 4; // outlines are thinner
        return x >= Reach
            && y >= Reach
            && x < mask.Width - Reach
            && y < mask.Height - Reach
            && !Enumerable
                .Range(y - Reach, (2 * Reach) + 1)
                .Any(row => Enumerable.Range(x - Reach, (2 * Reach) + 1).Any(column => mask[column, row]));
    }

    private static async Task<string> SaveAsync(StudioPage page, string what)
    {
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(async () =>
        {
            await page["#save summary"].ClickAsync();
            await page[$"[data-save={what}]"].ClickAsync();
        });
        Assert.StartsWith("image-", download.SuggestedFilename, StringComparison.Ordinal);
        return await download.PathAsync();
    }
}
