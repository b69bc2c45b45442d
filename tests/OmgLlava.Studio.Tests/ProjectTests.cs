using Microsoft.Playwright;
using OmgLlava.Imaging;
using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class ProjectTests(Studio studio)
{
    private static readonly string[] Hosts =
    [
        "localhost",
        "127.0.0.1",
        "127.8.0.1",
        "[::1]",
        "studio.localhost",
        "example.org",
        "10.0.0.5",
        "localhost.example.org",
        "127.0.0.1.example.org",
    ];

    [Fact]
    public async Task A_reload_loses_nothing()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.AskAsync(TinyModel.MaskQuestion);
        string answer = await page[".answer"].InnerTextAsync();
        await page.ClickPictureAsync(50, 60);
        await page["[data-edit='edit.keep']"].ClickAsync();
        await Expect(page["#masks [data-object^=object]"]).ToHaveCountAsync(1);
        Mask mask = await page.OutlineAsync("#masks [data-object^=object]");
        await page["#tab-objects"].ClickAsync();
        await page["#new-class-name"].FillAsync("cat");
        await page.Page.Keyboard.PressAsync("Enter");
        await page["#tab-chat"].ClickAsync();
        await page.DragAsync((20, 20), (60, 70));
        await Expect(page["#question .chip"]).ToHaveTextAsync("box 1");

        await page.KeptAsync();
        await page.Page.ReloadAsync();
        await page.ReadyAsync();
        await Expect(page[".answer"]).ToHaveTextAsync(answer, new() { UseInnerText = true });
        await Expect(page["#question .chip"]).ToHaveTextAsync("box 1");
        await Expect(page["#preview rect.box"]).ToHaveCountAsync(1);
        StudioPage.Same(mask, await page.OutlineAsync("#masks [data-object^=object]"));
        await page["#tab-objects"].ClickAsync();
        await Expect(page[".class .class-name"]).ToHaveValueAsync("cat");

        // The conversation goes on where it was.
        await page["#tab-chat"].ClickAsync();
        await page["#clear"].ClickAsync();
        var body = await page.RequestAsync("/chat", () => page.AskAsync(TinyModel.MaskQuestion));
        Assert.Single(body["history"]!.AsArray());
    }

    [Fact]
    public async Task Projects_wait_on_the_first_page_and_deleting_one_can_be_undone()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#project-name"].FillAsync("My cats");
        await page["#project-name"].PressAsync("Enter");
        await page["#question"].FillAsync("");
        await page.AskAsync(TinyModel.MaskQuestion);
        await page["#leave"].ClickAsync();
        await Expect(page["#welcome"]).ToBeVisibleAsync();
        await Expect(page["#world"]).ToBeHiddenAsync();
        await Expect(page[".project"]).ToContainTextAsync("My cats");
        await page.ShootAsync("projects");
        await page[".project .remove"].ClickAsync();
        await Expect(page[".project"]).ToHaveCountAsync(0);
        await page[".notice .act"].ClickAsync();
        await Expect(page[".project"]).ToHaveCountAsync(1);

        // A new tab, as after a restart of the browser.
        IPage other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(studio.Address);
        await other.Locator(".project .sample").ClickAsync();
        await Expect(other.Locator(".answer .phrase")).ToHaveCountAsync(2);
        await Expect(other.Locator("#project-name")).ToHaveValueAsync("My cats");

        // What is open there is not opened twice.
        await page[".project .sample"].ClickAsync();
        await Expect(page[".notice"]).ToContainTextAsync("is open in another tab");
    }

    [Fact]
    public async Task A_new_conversation_asks_nothing_and_loses_nothing()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.AskAsync(TinyModel.MaskQuestion);
        await page["#new-chat"].ClickAsync();
        await Expect(page[".turn"]).ToHaveCountAsync(0);
        await page["#chats summary"].ClickAsync();
        await page["#chat-list button"].ClickAsync();
        await Expect(page[".answer .phrase"]).ToHaveCountAsync(2);
        await Expect(page["#chats"]).ToBeHiddenAsync();
    }

    [Fact]
    public async Task What_stays_on_this_machine_is_said_only_where_it_does()
    {
        await using StudioPage page = await studio.OpenAsync();
        await Expect(page["#privacy"]).ToHaveTextAsync("Everything stays on this machine.");
        bool[] local = await page.Page.EvaluateAsync<bool[]>(
            "async hosts => { const { local } = await import('/js/privacy.js'); return hosts.map(local); }",
            Hosts
        );
        Assert.Equal([true, true, true, true, true, false, false, false, false], local);
    }
}
