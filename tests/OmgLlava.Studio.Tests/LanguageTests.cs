using OmgLlava.Tests;
using static Microsoft.Playwright.Assertions;

namespace OmgLlava.Studio.Tests;

[Collection(nameof(Studio))]
[Trait("Category", "Browser")]
public class LanguageTests(Studio studio)
{
    [Fact]
    public async Task The_language_is_the_browser_s_until_another_is_chosen_and_stays_chosen()
    {
        await using StudioPage page = await studio.OpenAsync(context => context.Locale = "ko-KR");
        await Expect(page["h1"]).ToHaveTextAsync("가리키고, 묻고, 보세요.");
        Assert.Equal("ko", await page["html"].GetAttributeAsync("lang"));
        await page.UploadAsync();
        await page.ClickPictureAsync(50, 60);
        await Expect(page["#question .chip"]).ToHaveTextAsync("점 1");
        await page["#masks .mask"].WaitForAsync();
        await page.ShootAsync("korean");

        await page["#language"].SelectOptionAsync("en");
        await Expect(page["#question .chip"]).ToHaveTextAsync("point 1");
        await Expect(page["#everything"]).ToHaveTextAsync("Segment everything");
        await page.Page.ReloadAsync();
        await Expect(page["h1"]).ToHaveTextAsync("Point at things. Ask. See.");
    }

    [Fact]
    public async Task Enter_that_ends_a_Korean_syllable_does_not_send()
    {
        await using StudioPage page = await studio.OpenAsync();
        await page.UploadAsync();
        await page["#question"].ClickAsync();
        await page.Page.Keyboard.InsertTextAsync("고양이");
        await page["#question"]
            .EvaluateAsync(
                "field => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, "
                    + "cancelable: true }))"
            );
        await Expect(page[".turn"]).ToHaveCountAsync(0);
        await Expect(page["#question"]).ToHaveTextAsync("고양이");
    }

    [Fact]
    public async Task Both_languages_say_everything_and_every_key_that_the_page_uses_exists()
    {
        await using StudioPage page = await studio.OpenAsync();
        string[][] keys = await page.Page.EvaluateAsync<string[][]>(
            "async () => [await import('/js/words/en.js'), await import('/js/words/ko.js')].map(words => "
                + "Object.keys(words.default).sort())"
        );
        Assert.Equal(keys[0], keys[1]);
        string[] holes = await page.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const [en, ko] = [(await import('/js/words/en.js')).default, (await import('/js/words/ko.js')).default];
              const names = words => (words.match(/\{\w+\}/g) ?? []).sort().join();
              return Object.keys(en).filter(key => names(en[key]) !== names(ko[key]));
            }
            """
        );
        Assert.Empty(holes);
        string folder = Path.Combine(Repository.Root, "src", "OmgLlava.Server", "wwwroot");
        string source = string.Concat(
            Directory
                .EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
                .Where(file =>
                    file.EndsWith(".js", StringComparison.Ordinal) || file.EndsWith("index.html", StringComparison.Ordinal)
                )
                .Where(file => !file.Contains("words", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );
        string[] used =
        [
            .. System
                .Text.RegularExpressions.Regex.Matches(source, """(?:\bt\('|data-t(?:-title|-label)?=")([a-z.-]+)['"]""")
                .Select(match => match.Groups[1].Value)
                .Distinct(),
        ];
        Assert.True(used.Length > 80);
        Assert.Empty(used.Except(keys[0]));
    }
}
