using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OmgLlava.Imaging;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class EditTests(Studio studio)
{
    private const string Object = "#masks [data-object^='object:']";

    private static Mask Square(int left, int top, int size) =>
        new(
            150,
            100,
            [
                .. Enumerable
                    .Range(0, 15000)
                    .Select(i => i % 150 >= left && i % 150 < left + size && i / 150 >= top && i / 150 < top + size),
            ]
        );

    private static Mask Join(Mask a, Mask b, Func<bool, bool, bool> how) =>
        new(150, 100, [.. Enumerable.Range(0, 15000).Select(i => how(a.Pixels[i], b.Pixels[i]))]);

    /// <summary>A page whose server answers points and boxes with these masks, one after the other, and with the last from then
    /// on.</summary>
    private async Task<(StudioPage Page, List<JsonNode> Asked)> OpenAsync(params Mask[] masks)
    {
        StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#save"].EvaluateAsync("() => document.getElementById('live').click()"); // no preview, which asks too
        var asked = new List<JsonNode>();
        await page.Page.RouteAsync(
            "**/segment",
            route =>
            {
                Mask mask = masks[Math.Min(asked.Count, masks.Length - 1)];
                asked.Add(JsonNode.Parse(route.Request.PostData!)!["prompts"]![0]!);
                PixelBox box = mask.Box!.Value;
                CocoRle rle = mask.ToRle();
                var segment = new JsonObject
                {
                    ["score"] = 0.9,
                    ["found"] = true,
                    ["area"] = mask.Area,
                    ["box"] = new JsonArray(box.X0, box.Y0, box.X1, box.Y1),
                    ["mask"] = new JsonObject { ["size"] = new JsonArray(100, 150), ["counts"] = rle.ToString() },
                };
                return route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        ContentType = "application/json",
                        Body = new JsonObject { ["segments"] = new JsonArray(segment) }.ToJsonString(),
                    }
                );
            }
        );
        return (page, asked);
    }

    private static async Task KeepAsync(StudioPage page, double x, double y, int count)
    {
        await page["[data-tool=point]"].ClickAsync();
        await page.ClickPictureAsync(x, y);
        await page["[data-edit='edit.keep']"].ClickAsync();
        await Expect(page[Object]).ToHaveCountAsync(count);
        await Expect(page["#question .chip"]).ToHaveCountAsync(0);
    }

    private static async Task SelectAsync(StudioPage page, double x, double y)
    {
        await page["[data-tool=select]"].ClickAsync();
        await page.ClickPictureAsync(x, y);
    }

    [Fact]
    public async Task An_object_is_painted_wiped_and_refined_by_points_and_all_of_it_undone()
    {
        Mask square = Square(30, 20, 30),
            more = Square(50, 40, 30),
            less = Square(30, 20, 10);
        (StudioPage page, List<JsonNode> asked) = await OpenAsync(square, more, less, square);
        await using StudioPage _ = page;
        await KeepAsync(page, 45, 35, 1);
        StudioPage.Same(square, await page.OutlineAsync(Object));
        await SelectAsync(page, 45, 35);
        await Expect(page["#question .chip"]).ToHaveCountAsync(1);

        await page["[data-tool=brush]"].ClickAsync();
        await page.DragAsync((80, 30), (100, 30));
        Mask painted = await page.OutlineAsync(Object);
        Assert.True(painted[45, 35] && painted[90, 30] && !painted[120, 30]);
        await page["[data-tool=eraser]"].ClickAsync();
        await page.DragAsync((45, 10), (45, 60));
        Mask wiped = await page.OutlineAsync(Object);
        Assert.True(!wiped[45, 35] && wiped[90, 30] && wiped[31, 21]);
        await page["#undo"].ClickAsync();
        StudioPage.Same(painted, await page.OutlineAsync(Object));
        await page["#undo"].ClickAsync();
        StudioPage.Same(square, await page.OutlineAsync(Object));

        await page["[data-edit='edit.add']"].ClickAsync();
        await page.ClickPictureAsync(70, 60);
        Mask joined = Join(square, more, (a, b) => a || b);
        await WaitForAreaAsync(page, joined.Area);
        StudioPage.Same(joined, await page.OutlineAsync(Object));
        await page["[data-edit='edit.cut']"].ClickAsync();
        await page.ClickPictureAsync(33, 23);
        Mask cut = Join(joined, less, (a, b) => a && !b);
        await WaitForAreaAsync(page, cut.Area);
        StudioPage.Same(cut, await page.OutlineAsync(Object));
        Assert.All(asked, prompt => Assert.NotNull(prompt["point"]));
        await page.ShootAsync("refined");

        // What the question is about is what is there now.
        JsonNode body = await page.RequestAsync("/chat", () => page[".example"].First.ClickAsync());
        StudioPage.Same(cut, StudioPage.Read(body["prompts"]![0]!["mask"]!));
        await page.StopAsync();
        await page["#undo"].ClickAsync();
        await WaitForAreaAsync(page, joined.Area);
    }

    [Fact]
    public async Task Objects_are_merged_split_deleted_and_brought_back()
    {
        Mask left = Square(10, 10, 20),
            right = Square(80, 50, 30);
        (StudioPage page, List<JsonNode> _) = await OpenAsync(left, right);
        await using StudioPage __ = page;
        await KeepAsync(page, 15, 15, 1);
        await KeepAsync(page, 90, 60, 2);
        await SelectAsync(page, 15, 15);
        await SelectAsync(page, 90, 60);
        await page["[data-edit='edit.merge']"].ClickAsync();
        await Expect(page[Object]).ToHaveCountAsync(1);
        StudioPage.Same(Join(left, right, (a, b) => a || b), await page.OutlineAsync(Object));
        await page["[data-edit='edit.split']"].ClickAsync();
        await Expect(page[Object]).ToHaveCountAsync(2);
        StudioPage.Same(right, await page.OutlineAsync(Object));
        await page["[data-edit='edit.split']"].ClickAsync();
        await Expect(page[".notice"]).ToContainTextAsync("one piece");
        await page["#stage"].FocusAsync();
        await page.Page.Keyboard.PressAsync("Delete");
        await Expect(page[Object]).ToHaveCountAsync(1);
        StudioPage.Same(left, await page.OutlineAsync(Object));
        for (int i = 0; i < 3; i++)
        {
            await page["#undo"].ClickAsync();
        }

        await Expect(page[Object]).ToHaveCountAsync(2);
        await page["#redo"].ClickAsync();
        await Expect(page[Object]).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_box_of_an_object_is_dragged_and_the_model_looks_in_it()
    {
        Mask first = Square(30, 20, 40),
            second = Square(30, 20, 20);
        (StudioPage page, List<JsonNode> asked) = await OpenAsync(first, second);
        await using StudioPage _ = page;
        await KeepAsync(page, 45, 35, 1);
        await SelectAsync(page, 45, 35);
        await page[".handle.se"].WaitForAsync();
        await page.DragAsync((70, 60), (55, 45));
        await WaitForAreaAsync(page, second.Area);
        Assert.Equal(
            [30, 20, 55, 45],
            asked[^1]["box"]!.AsArray().Select(side => side!.GetValue<double>()),
            (a, b) => Math.Abs(a - b) < 1
        );
        StudioPage.Same(second, await page.OutlineAsync(Object));
        await page["#undo"].ClickAsync();
        StudioPage.Same(first, await page.OutlineAsync(Object));
    }

    // Asked in one go: a predicate that is a promise counts as true before it is one.
    private static async Task WaitForAreaAsync(StudioPage page, long area) =>
        Assert.True(
            await page.Page.EvaluateAsync<bool>(
                """
                async area => {
                  const store = await import('/js/store.js');
                  const there = () => store.get().objects.some(object => object.area === area);
                  for (const end = performance.now() + 60_000; !there() && performance.now() < end;) await new Promise(done => setTimeout(done, 20));
                  return there();
                }
                """,
                area
            ),
            $"No object has {area} pixels."
        );
}
