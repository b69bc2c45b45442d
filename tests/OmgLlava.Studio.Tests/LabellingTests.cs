using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OmgLlava.Imaging;
using OmgLlava.Server;
using OmgLlava.Tests;
using SkiaSharp;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class LabellingTests(Studio studio)
{
    private static string Scene(int number) => Path.Combine(Repository.Root, "samples", "scenes", "images", $"00000{number}.png");

    /// <summary>Ten minutes of a labeller's day, with the model that comes with the program.</summary>
    [Fact]
    public async Task Five_photographs_are_segmented_corrected_named_saved_and_come_back_equal()
    {
        IBrowser browser = await studio.BrowserAsync();
        using OmgLlavaModel model = OmgLlavaModel.Load(Path.Combine(Repository.Root, "models", "nano-drawn"));
        await using WebApplication server = OmgLlavaServer.Create(
            model,
            new ServerOptions { Port = 0 },
            host => host.Logging.ClearProviders()
        );
        await server.StartAsync();
        await using StudioPage page = await StudioPage.OpenAsync(browser, server.Urls.First(), null);
        await page.DropAsync([.. Enumerable.Range(1, 5).Select(number => ($"{number}.png", Scene(number)))]);
        await Expect(page[".tile"]).ToHaveCountAsync(5);
        await page.ReadyAsync();
        await page["#all-everything"].ClickAsync();
        await Expect(page[".tile .count"]).ToHaveCountAsync(5);
        await Expect(page["#batch"]).ToBeHiddenAsync();

        // Two masks are corrected: one painted, one wiped.
        await page["#tab-objects"].ClickAsync();
        (string Tool, int Picture)[] corrections = [("brush", 0), ("eraser", 1)];
        foreach ((string tool, int picture) in corrections)
        {
            await page[".tile .open"].Nth(picture).ClickAsync();
            await Expect(page[".tile .open"].Nth(picture)).ToHaveAttributeAsync("aria-current", "true");
            await page.ReadyAsync();
            string area = await AreaAsync(page);
            await page[".object .name"].First.ClickAsync();
            LocatorBoundingBoxResult mask = (await page["#masks .chosen"].BoundingBoxAsync())!;
            await page[$"[data-tool={tool}]"].ClickAsync();
            await page.Page.Mouse.MoveAsync(mask.X + (mask.Width / 2), mask.Y + (mask.Height / 2));
            await page.Page.Mouse.DownAsync();
            await page.Page.Mouse.MoveAsync(
                mask.X + mask.Width + (tool == "brush" ? 30 : 0),
                mask.Y + (mask.Height / 2),
                new() { Steps = 4 }
            );
            await page.Page.Mouse.UpAsync();
            Assert.NotEqual(area, await AreaAsync(page));
        }

        // Classes are named: one anew, one given to an object, which two keys do.
        await page[".class .class-name"].First.FillAsync("gâteau d’été");
        await page[".class .class-name"].First.PressAsync("Enter");
        await page["#edit-class"].SelectOptionAsync("new");
        await page["#edit .class-name"].FillAsync("mine");
        await page["#edit .class-name"].PressAsync("Enter");
        await Expect(page[".object .name"].First).ToHaveTextAsync("mine");
        await page["#stage"].FocusAsync();
        await page.Page.Keyboard.PressAsync("Alt+2");
        string second = await page[".class .class-name"].Nth(1).InputValueAsync();
        await Expect(page[".object .name"].First).ToHaveTextAsync(second);
        await page.ShootAsync("labelled");

        string saved = await File.ReadAllTextAsync(await SaveAsync(page, "coco", all: true));
        JsonNode coco = JsonNode.Parse(saved)!;
        Assert.Equal(
            ["1.png", "2.png", "3.png", "4.png", "5.png"],
            coco["images"]!.AsArray().Select(image => image!["file_name"]!.GetValue<string>())
        );
        JsonArray annotations = coco["annotations"]!.AsArray();
        Assert.Equal(annotations.Count, annotations.Select(one => one!["id"]!.GetValue<int>()).Distinct().Count());
        Assert.All(
            annotations,
            one =>
            {
                Mask mask = StudioPage.Read(one!["segmentation"]!);
                Assert.Equal(mask.Area, one["area"]!.GetValue<long>());
                PixelBox box = mask.Box!.Value;
                Assert.Equal(
                    [box.X0, box.Y0, box.X1 - box.X0, box.Y1 - box.Y0],
                    one["bbox"]!.AsArray().Select(value => value!.GetValue<float>())
                );
            }
        );
        Assert.Contains("gâteau d’été", coco["categories"]!.AsArray().Select(one => one!["name"]!.GetValue<string>()));

        // Into the same project, and into a new one with the same pictures.
        await page["#labels"]
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "labels.json",
                    MimeType = "application/json",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(saved),
                }
            );
        await Expect(page[".notice"]).ToContainTextAsync($"Objects that came in: {annotations.Count}, for pictures: 5.");
        Assert.Equal(saved, await File.ReadAllTextAsync(await SaveAsync(page, "coco", all: true)));
        await page["#leave"].ClickAsync();
        await Expect(page["#welcome"]).ToBeVisibleAsync();
        await page.DropAsync([.. Enumerable.Range(1, 5).Select(number => ($"{number}.png", Scene(number)))]);
        await Expect(page[".tile"]).ToHaveCountAsync(5);
        await page.ReadyAsync();
        await page["#labels"]
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "labels.json",
                    MimeType = "application/json",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(saved),
                }
            );
        await Expect(page[".tile .count"]).ToHaveCountAsync(5);
        Assert.Equal(saved, await File.ReadAllTextAsync(await SaveAsync(page, "coco", all: true)));

        // The other forms hold the same.
        using ZipArchive things = ZipFile.OpenRead(await SaveAsync(page, "things", all: true));
        Assert.Equal(annotations.Count, things.Entries.Count);
        foreach (JsonNode? annotation in annotations.Where((_, index) => index % 7 == 0))
        {
            ZipArchiveEntry entry = Assert.Single(
                things.Entries,
                one => one.Name.StartsWith($"{annotation!["id"]}-", StringComparison.Ordinal)
            );
            using SKBitmap bitmap = Decode(entry);
            Mask mask = StudioPage.Read(annotation!["segmentation"]!);
            Assert.All(
                Enumerable.Range(0, mask.Width * mask.Height),
                i => Assert.Equal(mask.Pixels[i] ? 255 : 0, bitmap.GetPixel(i % mask.Width, i / mask.Width).Red)
            );
        }

        using ZipArchive cutouts = ZipFile.OpenRead(await SaveAsync(page, "cutouts", all: true));
        Assert.Equal(annotations.Count, cutouts.Entries.Count);
        using ZipArchive maps = ZipFile.OpenRead(await SaveAsync(page, "classes", all: true));
        Assert.Equal(
            ["classes.txt", "masks/1.png", "masks/2.png", "masks/3.png", "masks/4.png", "masks/5.png"],
            maps.Entries.Select(entry => entry.FullName)
        );
        using ZipArchive yolo = ZipFile.OpenRead(await SaveAsync(page, "yolo", all: true));
        foreach (JsonNode? image in coco["images"]!.AsArray())
        {
            CheckYolo(yolo, image!, coco);
        }
    }

    // What lies inside of the one outline is the mask, but for the pixels that a way between two parts may touch.
    private static void CheckYolo(ZipArchive yolo, JsonNode image, JsonNode coco)
    {
        using var reader = new StreamReader(yolo.GetEntry($"labels/{image["id"]}.txt")!.Open());
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonNode[] mine =
        [
            .. coco["annotations"]!
                .AsArray()
                .Where(one => one!["image_id"]!.GetValue<int>() == image["id"]!.GetValue<int>())
                .Select(one => one!),
        ];
        Assert.Equal(mine.Length, lines.Length);
        int width = image["width"]!.GetValue<int>(),
            height = image["height"]!.GetValue<int>();
        foreach ((string line, JsonNode annotation) in lines.Zip(mine))
        {
            double[] numbers =
            [
                .. line.Split(' ').Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture)),
            ];
            Assert.Equal(
                annotation["category_id"]!.GetValue<int>(),
                coco["categories"]![(int)numbers[0]]!["id"]!.GetValue<int>()
            );
            using var path = new SKPath { FillType = SKPathFillType.EvenOdd };
            path.AddPoly(
                [
                    .. Enumerable
                        .Range(0, numbers.Length / 2)
                        .Select(i => new SKPoint(
                            (float)Math.Round(numbers[1 + (2 * i)] * width, 2),
                            (float)Math.Round(numbers[2 + (2 * i)] * height, 2)
                        )),
                ],
                close: true
            );
            Mask mask = StudioPage.Read(annotation["segmentation"]!);
            int wrong = Enumerable
                .Range(0, width * height)
                .Count(i => path.Contains((i % width) + 0.5f, (i / width) + 0.5f) != mask.Pixels[i]);
            Assert.True(wrong <= 0.002 * width * height, $"{wrong} pixels of {annotation["id"]} differ");
        }
    }

    [Fact]
    public async Task Labels_are_as_the_stored_file_lies_which_the_camera_turned()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page["#file"]
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "turned.jpg",
                    MimeType = "image/jpeg",
                    Buffer = Turned(150, 100),
                }
            );
        await page.ReadyAsync();
        Assert.Equal("0 0 100 150", await page["#masks"].GetAttributeAsync("viewBox")); // upright
        await page["[data-tool=brush]"].ClickAsync();
        LocatorBoundingBoxResult world = (await page["#world"].BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(world.X + (world.Width * 0.2f), world.Y + (world.Height * 0.1f));
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(world.X + (world.Width * 0.3f), world.Y + (world.Height * 0.1f), new() { Steps = 3 });
        await page.Page.Mouse.UpAsync();
        await page.Page.EvaluateAsync(
            """
            async () => { // a labelled object of exactly the painted pixels
              const store = await import('/js/store.js');
              const { prompts: [{ mask, outline, area, box }] } = store.get();
              store.set({ objects: [{ id: 7, class: null, name: 'paint', from: null, color: 0, mask, path: outline, area, box, score: null }], groups: { objects: true }, prompts: [] });
            }
            """
        );
        string saved = await File.ReadAllTextAsync(await SaveAsync(page, "coco", all: false));
        JsonNode coco = JsonNode.Parse(saved)!;
        Assert.Equal((150, 100), (coco["images"]![0]!["width"]!.GetValue<int>(), coco["images"]![0]!["height"]!.GetValue<int>()));
        Mask mask = StudioPage.Read(coco["annotations"]![0]!["segmentation"]!);
        Assert.Equal((150, 100), (mask.Width, mask.Height));
        // upright (25, 15) is (15, 74) in a file that is turned to the right
        Assert.True(mask[15, 100 - 1 - 25] && !mask[15, 25]);
        await page["#labels"]
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "labels.json",
                    MimeType = "application/json",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(saved),
                }
            );
        await Expect(page[".notice"]).ToContainTextAsync("Objects that came in: 1,");
        JsonNode again = JsonNode.Parse(await File.ReadAllTextAsync(await SaveAsync(page, "coco", all: false)))!;
        Assert.Equal(coco["annotations"]!.ToJsonString(), again["annotations"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{ not json", "is no JSON file")]
    [InlineData("[]", "holds no labels")]
    [InlineData("""{ "images": [ { "id": 1, "file_name": "other.png" } ], "annotations": [] }""", "it names “other.png”")]
    [InlineData(
        """{ "images": [ { "id": 1, "file_name": "image.png" } ], "annotations": [ { "id": 1, "image_id": 1, "segmentation": { "size": [9000000, 9000000], "counts": "0" } }, null, 5 ] }""",
        "without a mask that fits"
    )]
    [InlineData(
        """{ "images": [ { "id": 1, "file_name": "image.png" } ], "annotations": [ { "id": 1, "image_id": 1, "segmentation": { "size": [100, 150], "counts": [1, -1, 15000] } } ] }""",
        "without a mask that fits"
    )]
    public async Task Files_that_hold_no_labels_are_named(string content, string words)
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#labels"]
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "labels.json",
                    MimeType = "application/json",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(content),
                }
            );
        await Expect(page[".notice.error"]).ToContainTextAsync(words);
    }

    [Fact]
    public async Task Outlines_and_plain_run_lengths_come_in_too()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        const string Content = """
            { "images": [ { "id": 40, "file_name": "set/image.png" } ], "categories": [ { "id": 9, "name": "dog" } ],
              "annotations": [ { "id": 3, "image_id": 40, "category_id": 9, "segmentation": [ [10, 20, 40, 20, 40, 50, 10, 50] ] },
                               { "id": 5, "image_id": 40, "category_id": 9, "segmentation": { "size": [100, 150], "counts": [200, 50, 14750] } } ] }
            """;
        await page["#labels"]
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "labels.json",
                    MimeType = "application/json",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(Content),
                }
            );
        await Expect(page["#masks .mask"]).ToHaveCountAsync(2);
        JsonNode coco = JsonNode.Parse(await File.ReadAllTextAsync(await SaveAsync(page, "coco", all: false)))!;
        Assert.Equal("""[{"id":40,"file_name":"image.png","width":150,"height":100}]""", coco["images"]!.ToJsonString());
        Assert.Equal([3, 5], coco["annotations"]!.AsArray().Select(one => one!["id"]!.GetValue<int>()));
        Assert.Equal([900L, 50L], coco["annotations"]!.AsArray().Select(one => one!["area"]!.GetValue<long>()));
        Assert.Equal(
            """{"id":9,"name":"dog"}""",
            new JsonObject
            {
                ["id"] = coco["categories"]![0]!["id"]!.DeepClone(),
                ["name"] = coco["categories"]![0]!["name"]!.DeepClone(),
            }.ToJsonString()
        );
    }

    private static Task<string> AreaAsync(StudioPage page) =>
        page[".object .figures span:last-child"].First.GetAttributeAsync("title")!;

    private static async Task<string> SaveAsync(StudioPage page, string what, bool all)
    {
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(async () =>
        {
            await page["#save summary"].ClickAsync();
            if (all)
            {
                await page["#save-all"].CheckAsync();
            }

            await page[$"[data-save={what}]"].ClickAsync();
        });
        return await download.PathAsync();
    }

    private static SKBitmap Decode(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return SKBitmap.Decode(memory.ToArray());
    }

    /// <summary>A JPEG whose EXIF says that the camera was turned: upright it is height x width.</summary>
    private static byte[] Turned(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.SteelBlue);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        byte[] jpeg = data.ToArray();
        byte[] exif =
        [
            // big-endian TIFF
            0xff,
            0xe1,
            0,
            34,
            (byte)'E',
            (byte)'x',
            (byte)'i',
            (byte)'f',
            0,
            0,
            (byte)'M',
            (byte)'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0,
            0,
            0,
            0,
            0, // one entry: orientation 6
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }
}
