using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class TypingTests(Studio studio)
{
    [Fact]
    public async Task Words_typed_after_a_click_on_the_picture_go_to_the_question()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page.ClickPictureAsync(50, 60);
        await Expect(page["#question .chip"]).ToHaveCountAsync(1);
        await page.Page.Keyboard.TypeAsync("have a beach / 0+-[]?");
        await Expect(page["#question"]).ToHaveTextAsync("point 1 have a beach / 0+-[]?");
        await Expect(page[".tools [data-tool=point]"]).ToHaveAttributeAsync("aria-checked", "true");
        await Expect(page["#help"]).ToBeHiddenAsync();
        await Expect(page["#everything"]).ToHaveAttributeAsync("aria-pressed", "false");

        // The same after a button was pressed.
        await page.Page.Keyboard.PressAsync("Control+a");
        await page.Page.Keyboard.PressAsync("Delete");
        await page["#zoom-in"].ClickAsync();
        await page.Page.Keyboard.TypeAsync("vase");
        await Expect(page["#question"]).ToHaveTextAsync("vase");
    }

    [Fact]
    public async Task One_letter_keys_are_there_for_who_switches_them_on()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page[".under details.view summary"].First.ClickAsync();
        await page["#letters"].CheckAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await page["#stage"].FocusAsync();
        await page.Page.Keyboard.PressAsync("b");
        await Expect(page[".tools [data-tool=brush]"]).ToHaveAttributeAsync("aria-checked", "true");
        await page.Page.Keyboard.PressAsync("/");
        await Expect(page["#question"]).ToBeFocusedAsync();
        await Expect(page["#question"]).ToHaveTextAsync("");
        await page.Page.ReloadAsync();
        await Expect(page["#letters"]).ToBeCheckedAsync();
    }

    [Fact]
    public async Task A_chip_goes_where_the_caret_is()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        ILocator question = page["#question"];
        ILocator chips = page["#question .chip"];
        await page.ClickPictureAsync(30, 30);
        await Expect(chips).ToHaveCountAsync(1);
        await question.ClickAsync();
        await page.Page.Keyboard.PressAsync("End");
        await page.Page.Keyboard.TypeAsync("like this");
        await page.Page.Keyboard.PressAsync("Home");
        await page.ClickPictureAsync(110, 70);
        await Expect(chips).ToHaveCountAsync(2);
        await Expect(question).ToHaveTextAsync("point 2 point 1 like this");
        await page.ClickPictureAsync(70, 50);
        await Expect(chips).ToHaveCountAsync(3);
        await Expect(question).ToHaveTextAsync("point 2 point 3 point 1 like this");
        await question.FocusAsync();
        await page.Page.Keyboard.PressAsync("Home");
        await page.Page.Keyboard.TypeAsync("Is ");
        await Expect(question).ToHaveTextAsync("Is point 2 point 3 point 1 like this");

        await page["#clear"].ClickAsync();
        await question.FillAsync("one two");
        await page.Page.Keyboard.DownAsync("Home"); // held while the mouse clicks
        await page.ClickPictureAsync(30, 30);
        await page.Page.Keyboard.UpAsync("Home");
        await Expect(chips).ToHaveCountAsync(1);
        await Expect(question).ToHaveTextAsync("point 1 one two");
    }

    [Fact]
    public async Task Escape_closes_a_menu_before_anything_else()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        foreach (string menu in new[] { "#picture-menu", "#save", ".under details.view:not(#save)" })
        {
            await page[$"{menu} summary"].ClickAsync();
            await Expect(page[menu]).ToHaveAttributeAsync("open", "");
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(page[menu]).Not.ToHaveAttributeAsync("open", "");
            await Expect(page[$"{menu} summary"]).ToBeFocusedAsync();
        }
    }
}
