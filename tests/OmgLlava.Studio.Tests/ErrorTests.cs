using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OmgLlava.Server;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class ErrorTests(Studio studio)
{
    [Fact]
    public async Task A_file_that_is_no_picture_is_refused_in_the_server_s_words_and_the_picture_before_stays()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "400";
        await page.UploadAsync();
        await page.ClickPictureAsync(50, 60);
        await page["#masks .mask"].WaitForAsync();
        IResponse response = await page.Page.RunAndWaitForResponseAsync(
            () =>
                page["#file"]
                    .SetInputFilesAsync(
                        new FilePayload
                        {
                            Name = "letter.png",
                            MimeType = "image/png",
                            Buffer = Encoding.UTF8.GetBytes("Dear all, this is text."),
                        }
                    ),
            one => one.Url.EndsWith("/v1/images", StringComparison.Ordinal)
        );
        Assert.Equal(400, response.Status);
        string message = JsonNode.Parse(await response.TextAsync())!["error"]!["message"]!.GetValue<string>();
        await Expect(page[".notice.error"]).ToContainTextAsync(message);
        await page.ReadyAsync();
        await page.ShootAsync("error");
        await Expect(page["#masks .mask"]).ToHaveCountAsync(1);
        Assert.True(await page["#photo"].EvaluateAsync<bool>("photo => photo.naturalWidth === 150"));
    }

    [Fact]
    public async Task A_file_of_another_type_is_refused_without_asking_the_server()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page["#file"]
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "notes.txt",
                    MimeType = "text/plain",
                    Buffer = [65],
                }
            );
        await Expect(page[".notice.error"]).ToContainTextAsync("“notes.txt” is no picture");
        await Expect(page["#welcome"]).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "429";
        await page.UploadAsync();
        await page.Page.RouteAsync(
            "**/chat",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        Status = 429,
                        ContentType = "application/json",
                        Headers = [new("Retry-After", "3")],
                        Body =
                            """{ "error": { "message": "Too many.", "type": "rate_limit_error", "param": null, "code": "overloaded" } }""",
                    }
                )
        );
        await page["#question"].FillAsync(TinyModel.MaskQuestion);
        await page["#send"].ClickAsync();
        await Expect(page[".remark.busy"]).ToContainTextAsync("The server is busy; it is asked again in 3 s.");
        await page.Page.UnrouteAsync("**/chat");
        await page[".remark.busy button"].ClickAsync(); // or wait
        await page.AnsweredAsync();
        await Expect(page[".turn"]).ToHaveCountAsync(1);
        await Expect(page[".answer .phrase"]).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_question_that_fails_can_be_asked_again()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "503";
        await page.UploadAsync();
        await page.Page.RouteAsync(
            "**/chat",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        Status = 503,
                        ContentType = "application/json",
                        Body =
                            """{ "error": { "message": "The server ends.", "type": "server_error", "param": null, "code": "shutting_down" } }""",
                    }
                )
        );
        await page["#question"].FillAsync(TinyModel.MaskQuestion);
        await page["#send"].ClickAsync();
        await Expect(page[".remark.failed"]).ToContainTextAsync("The server ends.");
        await page.Page.UnrouteAsync("**/chat");
        await page[".remark.failed button"].ClickAsync();
        await page.AnsweredAsync();
        await Expect(page[".turn"]).ToHaveCountAsync(1);
        await Expect(page[".answer .phrase"]).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_picture_that_the_server_has_dropped_is_uploaded_again_unseen()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "404";
        await page.UploadAsync();
        IAPIResponse again = await page.Page.APIRequest.PostAsync(
            $"{page.Page.Url}v1/images",
            new APIRequestContextOptions
            {
                DataByte = await File.ReadAllBytesAsync(TinyModel.PicturePath),
                Headers = [new("Content-Type", "image/png")],
            }
        );
        string id = JsonNode.Parse(await again.TextAsync())!["id"]!.GetValue<string>();
        IAPIResponse gone = await page.Page.APIRequest.DeleteAsync($"{page.Page.Url}v1/images/{id}");
        Assert.Equal(204, gone.Status);
        await page.ClickPictureAsync(50, 60);
        await page["#masks .mask"].WaitForAsync();
        Assert.Equal(0, await page[".notice"].CountAsync());
    }

    [Fact]
    public async Task A_server_with_keys_asks_for_one_until_it_is_right()
    {
        IBrowser browser = await studio.BrowserAsync();
        await using WebApplication server = OmgLlavaServer.Create(
            studio.Tiny.Model,
            new ServerOptions { Port = 0, ApiKeys = ["open-sesame"] },
            host => host.Logging.ClearProviders()
        );
        await server.StartAsync();
        await using StudioPage page = await StudioPage.OpenAsync(browser, server.Urls.First(), null, known: false);
        page.Expected = "401";
        await Expect(page["#key"]).ToBeVisibleAsync();
        await page["#key-value"].FillAsync("guess");
        await page["#key button.primary"].ClickAsync();
        await Expect(page[".notice.error"]).ToContainTextAsync("did not accept that key");
        Assert.True(
            await page[".notice.error"]
                .EvaluateAsync<bool>(
                    "notice => { const { x, y } = notice.getBoundingClientRect(); return "
                        + "notice.contains(document.elementFromPoint(x + 5, y + 20)); }"
                ),
            "the notice lies behind the dialog"
        );
        await page[".notice.error .icon"].ClickAsync();
        await Expect(page[".notice"]).ToHaveCountAsync(0);

        // Escape leaves, once or twice, and there is a way back.
        foreach (int times in new[] { 1, 2 })
        {
            for (int i = 0; i < times; i++)
            {
                await page.Page.Keyboard.PressAsync("Escape");
            }

            await Expect(page["#key"]).ToBeHiddenAsync();
            await page[".notice .act"].ClickAsync();
            await Expect(page["#key"]).ToBeVisibleAsync();
        }

        await page["#key-value"].FillAsync("open-sesame");
        await page["#key button.primary"].ClickAsync();
        await page.KnownAsync();
        await page.UploadAsync();
        await page.Page.ReloadAsync();
        await page.KnownAsync();
        await Expect(page["#key"]).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_state_says_when_the_server_is_gone_and_when_it_is_back()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "Failed to load resource";
        await page.UploadAsync();
        await page.Page.RouteAsync(_ => true, route => route.AbortAsync());
        await page.ClickPictureAsync(50, 60);
        await Expect(page["#status"]).ToContainTextAsync("No server");
        await page.Page.UnrouteAllAsync();
        // as when one comes back to the tab
        await page.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await page.ReadyAsync();
        await page.Page.RouteAsync(_ => true, route => route.AbortAsync());
        await Expect(page["#status"]).ToContainTextAsync("No server"); // it asks by itself
    }

    [Fact]
    public async Task A_conversation_that_has_become_too_long_says_so_and_begins_anew()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "400";
        await page.UploadAsync();
        int context = studio.Tiny.Model.Config.Language.MaxPositions;
        string done = new JsonObject
        {
            ["text"] = "All",
            ["grounding"] = new JsonArray(),
            ["complete"] = false,
            ["timings"] = new JsonObject
            {
                ["perception_seconds"] = 0,
                ["first_token_seconds"] = 0.1,
                ["total_seconds"] = 0.2,
                ["prompt_tokens"] = context - 1,
                ["tokens"] = 1,
            },
        }.ToJsonString();
        await page.Page.RouteAsync(
            "**/chat",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions { ContentType = "text/event-stream", Body = $"event: done\ndata: {done}\n\n" }
                )
        );
        await page.AskAsync("What is all this?");
        await Expect(page[".remark.failed"]).ToContainTextAsync("The conversation is full");
        await page[".remark.failed button"].ClickAsync();
        await Expect(page[".turn"]).ToHaveCountAsync(0);

        await page.Page.UnrouteAllAsync();
        string refusal = new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = "The conversation has more than the 2048 tokens that the model takes; start a new chat.",
                ["code"] = "bad_request",
            },
        }.ToJsonString();
        await page.Page.RouteAsync(
            "**/chat",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        Status = 400,
                        ContentType = "application/json",
                        Body = refusal,
                    }
                )
        );
        await page["#question"].FillAsync("And now?");
        await page["#send"].ClickAsync();
        await Expect(page[".remark.failed"]).ToContainTextAsync("The conversation is full");
    }

    [Fact]
    public async Task An_empty_question_is_asked_for()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#send"].ClickAsync();
        await Expect(page[".notice.error"]).ToContainTextAsync("Write a question first.");
    }
}
