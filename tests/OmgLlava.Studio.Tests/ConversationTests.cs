using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OmgLlava.Imaging;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class ConversationTests(Studio studio)
{
    private static string Css(int index)
    {
        RgbColor color = Palette.Color(index);
        return $"rgb({color.R}, {color.G}, {color.B})";
    }

    [Fact]
    public async Task It_says_how_a_question_was_read()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.AskAsync("Segment everything");
        await Expect(page[".remark.read"]).ToHaveTextAsync($"Read as: {Questions.Ground}");
        await page.AskAsync("What is it?");
        await Expect(page[".remark.read"]).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_answer_streams_and_its_phrases_have_their_masks_colours()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.Page.EvaluateAsync(
            """
            () => {
              window.states = [];
              new MutationObserver(() => {
                const answer = document.querySelector('.answer');
                window.states.push(`${answer.className} ${document.querySelectorAll('#masks .mask').length}`);
              }).observe(document.getElementById('turns'), { childList: true, subtree: true });
            }
            """
        );
        await page.AskAsync(TinyModel.MaskQuestion);

        string[] states = await page.Page.EvaluateAsync<string[]>("window.states");
        Assert.Contains(states, state => state.StartsWith("answer waiting", StringComparison.Ordinal));
        Assert.Contains(states, state => state == "answer streaming 1"); // the first mask is there while the answer goes on
        using ImageChat alone = studio.Tiny.Model.StartChat(TinyModel.Picture);
        Reply reply = await alone.AskAsync(TinyModel.MaskQuestion);
        Assert.Equal(2, reply.Segments.Count);
        await Expect(page[".answer .phrase"]).ToHaveCountAsync(2);
        await Expect(page["#masks .mask"]).ToHaveCountAsync(2);
        for (int i = 0; i < 2; i++)
        {
            string key = await page[".answer .phrase"].Nth(i).GetAttributeAsync("data-object") ?? "";
            string mask = $"#masks [data-object='{key}']";
            Assert.Equal(Css(i), await page.ColorAsync(page[".answer .phrase"].Nth(i), "borderBottomColor"));
            Assert.Equal(Css(i), await page.ColorAsync(page[mask], "fill"));
            StudioPage.Same(reply.Segments[i].Mask!, await page.OutlineAsync(mask));
        }

        string words = await page[".answer"]
            .EvaluateAsync<string>(
                "answer => [...answer.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join('')"
            );
        Assert.Equal(reply.Text, words);
        await page.ShootAsync("answer");
    }

    [Fact]
    public async Task A_phrase_lights_its_mask_and_a_mask_its_phrase()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.AskAsync(TinyModel.MaskQuestion);
        ILocator phrase = page[".answer .phrase"].Nth(1);
        string key = await phrase.GetAttributeAsync("data-object") ?? "";
        await phrase.HoverAsync();
        await Expect(page["#masks .lit"]).ToHaveAttributeAsync("data-object", key);
        await page.ShootAsync("hover");

        (int x, int y) = Inside(await page.OutlineAsync("#masks .mask:last-child"));
        (float left, float top) = await page.OnScreenAsync(x + 0.5, y + 0.5);
        await page.Page.Mouse.MoveAsync(left, top);
        string over = await page["#masks .mask:last-child"].GetAttributeAsync("data-object") ?? "";
        await Expect(page[".answer .phrase.lit"]).ToHaveAttributeAsync("data-object", over);
        await Expect(page["#tip"]).ToBeVisibleAsync();

        await page["#status"].HoverAsync();
        await Expect(page[".lit"]).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_mask_that_is_clicked_is_what_the_next_question_is_about()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.AskAsync(TinyModel.MaskQuestion);
        await Expect(page[".tools [data-tool=select]"]).ToHaveAttributeAsync("aria-checked", "true");
        Mask mask = await page.OutlineAsync("#masks .mask:last-child");
        (int x, int y) = Inside(mask);
        await page.ClickPictureAsync(x + 0.5, y + 0.5);
        await Expect(page["#question .chip"]).ToHaveCountAsync(1);

        JsonNode body = await page.RequestAsync("/chat", () => page[".example"].First.ClickAsync());
        Assert.Equal("What is <region>?", body["question"]!.GetValue<string>());
        StudioPage.Same(mask, StudioPage.Read(body["prompts"]![0]!["mask"]!));
        JsonNode past = Assert.Single(body["history"]!.AsArray())!;
        Assert.Equal(TinyModel.MaskQuestion, past["question"]!.GetValue<string>());
        using ImageChat alone = studio.Tiny.Model.StartChat(TinyModel.Picture);
        Assert.Equal((await alone.AskAsync(TinyModel.MaskQuestion)).Text, past["answer"]!["text"]!.GetValue<string>());
        Assert.Equal(2, past["answer"]!["grounding"]!.AsArray().Count);

        await Expect(page[".turn"]).ToHaveCountAsync(2);
        await page[".turn:last-child .answer.streaming, .turn:last-child .answer.done"].WaitForAsync();
        await page.ShootAsync("follow-up");
        await page.StopAsync();
        await page["#new-chat"].ClickAsync();
        await Expect(page[".turn"]).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("Describe it with masks")]
    [InlineData("Describe it in a sentence")]
    [InlineData("Describe point 1")]
    public async Task A_question_after_one_without_words_is_answered(string first)
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        if (first.EndsWith('1'))
        {
            await page.ClickPictureAsync(50, 60);
        }

        await page[".example"].Filter(new() { HasText = first }).ClickAsync();
        await page[".answer.streaming, .answer.done"].WaitForAsync();
        await page.StopAsync();
        await page["#question"].FillAsync(TinyModel.MaskQuestion);
        IResponse response = await page.Page.RunAndWaitForResponseAsync(
            () => page["#send"].ClickAsync(),
            one => one.Url.EndsWith("/chat", StringComparison.Ordinal)
        );
        Assert.Equal(200, response.Status);
        Assert.Single(JsonNode.Parse(response.Request.PostData!)!["history"]!.AsArray());
        await page.StopAsync();
    }

    [Fact]
    public async Task An_answer_is_copied_and_a_question_asked_in_other_words()
    {
        await using StudioPage page = await studio.OpenAsync(context =>
            context.Permissions = ["clipboard-read", "clipboard-write"]
        );
        await page.UploadAsync();
        await page.AskAsync(TinyModel.MaskQuestion);
        await page["[data-copy]"].ClickAsync();
        await Expect(page[".notice"]).ToHaveTextAsync("Copied.");
        using ImageChat alone = studio.Tiny.Model.StartChat(TinyModel.Picture);
        Assert.Equal(
            (await alone.AskAsync(TinyModel.MaskQuestion)).Text,
            await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()")
        );
        await Expect(page["#meter"]).ToBeVisibleAsync();
        double part = await page["#meter-bar"].EvaluateAsync<double>("bar => bar.value");
        Assert.InRange(part, 0.001, 1);

        await page[".said"].HoverAsync();
        await page[".reword"].ClickAsync();
        await Expect(page["#question"]).ToHaveTextAsync(TinyModel.MaskQuestion);
        await Expect(page[".turn"]).ToHaveCountAsync(0);
        await page["#question"].FillAsync("Please segment the cup in the image.");
        JsonNode body = await page.RequestAsync("/chat", () => page["#send"].ClickAsync());
        Assert.Empty(body["history"]!.AsArray());
        await page.StopAsync();
        await Expect(page["#chats"]).ToBeVisibleAsync(); // the one before is not lost
    }

    [Fact]
    public async Task Stopping_ends_the_answer_and_its_request()
    {
        await using StudioPage page = await studio.OpenAsync();
        page.Expected = "ERR_ABORTED";
        await page.UploadAsync();
        await page.Page.RouteAsync("**/chat", _ => Task.CompletedTask); // an answer that never comes
        await page["#question"].FillAsync("Say much.");
        await page["#send"].ClickAsync();
        await Expect(page["#status"]).ToContainTextAsync("Answering");
        var ended = new TaskCompletionSource<string>();
        page.Page.RequestFailed += (_, request) => ended.TrySetResult(request.Url);
        await page["#stop"].ClickAsync();
        Assert.EndsWith(
            "/chat",
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await page.ReadyAsync();
        await Expect(page[".turn"]).ToContainTextAsync("Stopped.");
    }

    [Fact]
    public async Task Finding_a_thing_names_its_mask_and_the_list_of_objects_knows_it()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["[data-task=segment]"].ClickAsync();
        JsonNode body = await page.RequestAsync("/chat", () => page.AskAsync("cat"));
        Assert.Equal("segment", body["task"]!.GetValue<string>());
        await Expect(page[".answer .phrase"]).ToHaveTextAsync("cat");
        await page["#tab-objects"].ClickAsync();
        await Expect(page[".object .name"]).ToHaveTextAsync("cat");
        await page[".object .icon"].First.ClickAsync();
        await Expect(page["#masks .mask"]).ToHaveCountAsync(0);
        await page[".object .icon"].First.ClickAsync();
        await Expect(page["#masks .mask"]).ToHaveCountAsync(1);
        await page[".under details.view"].First.ClickAsync();
        await page["#least-score"].FillAsync("100");
        await Expect(page["#masks .mask"]).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_words()
    {
        // The small model answers this without a mask.
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["[data-task=segment]"].ClickAsync();
        await page.AskAsync("cup");
        await Expect(page[".remark.absent"]).ToHaveTextAsync("Not in this picture: “cup”.");
        Assert.Equal(0, await page["#masks .mask"].CountAsync());
    }

    [Fact]
    public async Task Everything_is_segmented_or_it_is_said_that_there_is_nothing()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        IResponse response = await page.Page.RunAndWaitForResponseAsync(
            () => page["#everything"].ClickAsync(),
            one => one.Url.EndsWith("/panoptic", StringComparison.Ordinal)
        );
        int count = JsonNode.Parse(await response.TextAsync())!["segments"]!.AsArray().Count;
        await page.ReadyAsync();
        await Expect(page["#masks .mask"]).ToHaveCountAsync(count);
        if (count == 0)
        {
            await Expect(page[".notice"]).ToHaveTextAsync("Nothing was found in this picture.");
        }
    }

    private static (int X, int Y) Inside(Mask mask)
    {
        // The pixel that lies deepest, so that no neighbour can be hit instead.
        for (int reach = 8; reach >= 0; reach--)
        {
            for (int y = reach; y < mask.Height - reach; y++)
            {
                for (int x = reach; x < mask.Width - reach; x++)
                {
                    if (Enumerable.Range(-reach, (2 * reach) + 1).All(d => mask[x + d, y] && mask[x, y + d]))
                    {
                        return (x, y);
                    }
                }
            }
        }

        throw new InvalidOperationException("The mask is empty.");
    }
}
