using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OmgLlava.Imaging;
using OmgLlava.Tests;

namespace OmgLlava.Studio.Tests;

/// <summary>The page as a user has it. When it is closed it must have logged no error and asked nobody but its own
/// server.</summary>
public sealed class StudioPage : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    private StudioPage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>Errors in the browser's log that the test provokes.</summary>
    public string? Expected { get; set; }

    public static async Task<StudioPage> OpenAsync(
        IBrowser browser,
        string address,
        Action<BrowserNewContextOptions>? configure,
        bool known = true
    )
    {
        var options = new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1360, Height = 820 },
            Locale = "en-US",
            AcceptDownloads = true,
        };
        configure?.Invoke(options);
        IBrowserContext context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(60_000);
        var studio = new StudioPage(await context.NewPageAsync());
        studio.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                studio._complaints.Add(message.Text);
        };
        studio.Page.PageError += (_, error) => studio._complaints.Add(error);
        studio.Page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith(address, StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal)
            )
            {
                studio._complaints.Add($"asked {request.Url}");
            }
        };
        await studio.Page.GotoAsync(address);
        await studio.Page.WaitForSelectorAsync("body[data-ready]");
        if (known)
        {
            await studio.KnownAsync();
        }

        return studio;
    }

    /// <summary>Waits until the page knows the model.</summary>
    public Task KnownAsync() => this["#model:not([hidden])"].WaitForAsync(new() { State = WaitForSelectorState.Attached });

    public ILocator this[string selector] => Page.Locator(selector);

    /// <summary>Picks the small picture, 150 x 100 pixels, and waits until it can be clicked.</summary>
    public async Task UploadAsync()
    {
        await this["#file"].SetInputFilesAsync(TinyModel.PicturePath);
        await ReadyAsync();
        await this["#world svg[viewBox]"].First.WaitForAsync();
    }

    /// <summary>Drops files, each under a name.</summary>
    public Task DropAsync(params (string Name, string Path)[] files) =>
        Page.EvaluateAsync(
            """
            files => {
              const transfer = new DataTransfer();
              for (const [name, bytes] of files) transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type: 'image/png' }));
              document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
            }
            """,
            files.Select(file => new[] { file.Name, Convert.ToBase64String(File.ReadAllBytes(file.Path)) }).ToArray()
        );

    /// <summary>Waits until the browser has kept what was done.</summary>
    public Task KeptAsync() => Page.EvaluateAsync("async () => (await import(new URL('js/documents.js', document.baseURI).href)).flush()");

    public Task ReadyAsync() => this["#status[data-phase=ready]"].WaitForAsync();

    /// <summary>Writes a question and sends it.</summary>
    public async Task AskAsync(string question)
    {
        await this["#question"].ClickAsync();
        await Page.Keyboard.TypeAsync(question);
        await Page.Keyboard.PressAsync("Enter");
        await AnsweredAsync();
    }

    /// <summary>Stops the answer, if it has not ended by itself.</summary>
    public async Task StopAsync()
    {
        await Page.Keyboard.PressAsync("Escape");
        await ReadyAsync();
    }

    /// <summary>Waits until the last answer is there.</summary>
    public async Task AnsweredAsync()
    {
        await this[".turn:last-child .answer.done"].WaitForAsync();
        await ReadyAsync();
    }

    /// <summary>Where a pixel of the picture is on the screen.</summary>
    public async Task<(float X, float Y)> OnScreenAsync(double x, double y)
    {
        LocatorBoundingBoxResult box = (await this["#world"].BoundingBoxAsync())!;
        return ((float)(box.X + (x * box.Width / 150)), (float)(box.Y + (y * box.Height / 100)));
    }

    public async Task ClickPictureAsync(double x, double y, MouseButton button = MouseButton.Left)
    {
        (float left, float top) = await OnScreenAsync(x, y);
        await Page.Mouse.ClickAsync(left, top, new MouseClickOptions { Button = button });
    }

    public async Task DragAsync(params (double X, double Y)[] way)
    {
        for (int i = 0; i < way.Length; i++)
        {
            (float left, float top) = await OnScreenAsync(way[i].X, way[i].Y);
            await Page.Mouse.MoveAsync(left, top, new MouseMoveOptions { Steps = i == 0 ? 1 : 5 });
            if (i == 0)
            {
                await Page.Mouse.DownAsync();
            }
        }

        await Page.Mouse.UpAsync();
    }

    /// <summary>Does something, and gives the body of the request that it leads to.</summary>
    public async Task<JsonNode> RequestAsync(string endpoint, Func<Task> act, Func<JsonNode, bool>? wanted = null)
    {
        IRequest request = await Page.RunAndWaitForRequestAsync(
            act,
            one => one.Url.EndsWith(endpoint, StringComparison.Ordinal) && (wanted is null || wanted(Body(one)))
        );
        return Body(request);

        static JsonNode Body(IRequest request) => JsonNode.Parse(request.PostData!)!;
    }

    /// <summary>What the model itself finds for prompts, over the API.</summary>
    public async Task<JsonNode> SegmentAsync(JsonNode prompt)
    {
        IAPIResponse picture = await Page.APIRequest.PostAsync(
            $"{Page.Url}v1/images",
            new APIRequestContextOptions
            {
                DataByte = await File.ReadAllBytesAsync(TinyModel.PicturePath),
                Headers = [new("Content-Type", "image/png")],
            }
        );
        string id = JsonNode.Parse(await picture.TextAsync())!["id"]!.GetValue<string>();
        IAPIResponse masks = await Page.APIRequest.PostAsync(
            $"{Page.Url}v1/images/{id}/segment",
            new APIRequestContextOptions
            {
                DataString = new JsonObject { ["prompts"] = new JsonArray(prompt.DeepClone()) }.ToJsonString(),
                Headers = [new("Content-Type", "application/json")],
            }
        );
        return JsonNode.Parse(await masks.TextAsync())!["segments"]![0]!;
    }

    /// <summary>A mask of the API's.</summary>
    public static Mask Read(JsonNode mask) =>
        Mask.FromRle(
            CocoRle.Parse(
                mask["size"]![1]!.GetValue<int>(),
                mask["size"]![0]!.GetValue<int>(),
                mask["counts"]!.GetValue<string>()
            )
        );

    /// <summary>The pixels whose centres lie inside an outline on the page.</summary>
    public async Task<Mask> OutlineAsync(string selector)
    {
        await this[selector].First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        bool[] inside = await Page.EvaluateAsync<bool[]>(
            """
            selector => {
              const path = document.querySelector(selector);
              const point = path.ownerSVGElement.createSVGPoint();
              return Array.from({ length: 15000 }, (_, i) => { point.x = i % 150 + .5; point.y = Math.floor(i / 150) + .5; return path.isPointInFill(point); });
            }
            """,
            selector
        );
        return new Mask(150, 100, inside);
    }

    /// <summary>Two masks must be the same, pixel by pixel.</summary>
    public static void Same(Mask expected, Mask shown) =>
        Assert.True(
            expected.Pixels.SequenceEqual(shown.Pixels),
            $"Masks of {expected.Area} and {shown.Area} pixels overlap with an IoU of {expected.IntersectionOverUnion(shown):F3}."
        );

    /// <summary>The computed colour of something, as <c>rgb(r, g, b)</c>.</summary>
    public Task<string> ColorAsync(ILocator of, string property) =>
        of.EvaluateAsync<string>("(element, property) => getComputedStyle(element)[property]", property);

    /// <summary>Keeps a picture of the page.</summary>
    public async Task ShootAsync(string name, bool whole = false)
    {
        await Page.WaitForTimeoutAsync(250); // transitions
        await Page.ScreenshotAsync(
            new PageScreenshotOptions { Path = Path.Combine(Studio.Screenshots, $"{name}.png"), FullPage = whole }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        Assert.DoesNotContain(
            _complaints,
            complaint => Expected is null || !complaint.Contains(Expected, StringComparison.Ordinal)
        );
    }
}
