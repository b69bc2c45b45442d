using System.Text.Json;
using OmgLlava.Words;
using OmgLlava.Words.Korean;

namespace OmgLlava.Tests;

/// <summary>Questions in Korean reach a model that was taught English, and its answers come back in Korean.</summary>
public class KoreanTests
{
    private static readonly WordReader Reader = new(ModelWords.Load(Path.Combine(Repository.Root, "models", "nano-drawn"))!);

    [Theory]
    [InlineData("딸기", "the strawberry")]
    [InlineData("딸기를 분할해 줘", "the strawberry")]
    [InlineData("이 사진에서 고양이를 찾아 주세요.", "the cat")]
    [InlineData("Please segment 왼쪽 고양이 in this image.", "the cat on the left")]
    [InlineData("왼쪽에서 두 번째 고양이를 표시해 주세요", "the second cat from the left")]
    [InlineData("오른쪽에서 세번째 딸기", "the third strawberry from the right")]
    [InlineData("가장 왼쪽에 있는 자동차", "the leftmost car")]
    [InlineData("제일 큰 개를 보여줘", "the largest dog")]
    [InlineData("맨 위의 사과", "the topmost apple")]
    [InlineData("빨간색 사과의 마스크를 보여 줘", "the red apple")]
    [InlineData("모든 빨간 과일을 분할해줘", "all red fruits")]
    [InlineData("바나나들을 전부 찾아줘", "all bananas")]
    [InlineData("고양이 모두 표시해", "all cats")]
    [InlineData("버스 뒤에 있는 자동차", "the car behind the bus")]
    [InlineData("나무 왼쪽에 있는 집을 강조해 줘", "the house to the left of the tree")]
    [InlineData("우산 밑에 있는 고양이", "the cat under the umbrella")]
    [InlineData("의자 위의 책", "the book on the chair")]
    [InlineData("부서진 망치", "the broken hammer")]
    [InlineData("거꾸로 된 의자", "the upside-down chair")]
    [InlineData("빨간 것", "the red one")]
    [InlineData("종이를 자르는 데 쓰는 것을 찾아줘", "what you would use to cut paper")]
    [InlineData("우유를 주는 동물", "the animal that gives milk")]
    [InlineData("우유를 주는 동물은 무엇인가요?", "the animal that gives milk")]
    public void Wishes_for_a_mask(string question, string expression) =>
        Assert.Equal(
            new UnderstoodQuestion($"Please segment {expression} in this image.", expression) { IsKorean = true },
            Reader.Read(question, [])
        );

    [Theory]
    [InlineData("고양이가 있나요?", "Is there a cat in the picture?")]
    [InlineData("사진에 사과가 있습니까?", "Is there an apple in the picture?")]
    [InlineData("그림에 고양이 있어?", "Is there a cat in the picture?")]
    [InlineData("개가 몇 마리 있나요?", "How many dogs are there?")]
    [InlineData("딸기는 모두 몇 개예요?", "How many strawberries are there?")]
    [InlineData("이 사진에 동물이 몇 마리 보이나요", "How many animals are there?")]
    [InlineData("우산은 무슨 색인가요?", "What color is the umbrella?")]
    [InlineData("우산의 색깔은?", "What color is the umbrella?")]
    [InlineData("개는 어디에 있나요?", "Where is the dog?")]
    [InlineData("열쇠 어디 있어", "Where is the key?")]
    [InlineData("그리고 색은?", "What color is it?")]
    [InlineData("그것은 어디에 있나요?", "Where is it?")]
    [InlineData("그것을 분할해 주세요", "Please segment it.")]
    [InlineData("그 왼쪽에 있는 것은 무엇인가요?", "What is to the left of it?")]
    [InlineData("물건들을 왼쪽부터 나열해 주세요", "List the things in the picture from left to right.")]
    [InlineData("큰 것부터 차례로 말해 줘", "List the things in the picture from the largest to the smallest.")]
    public void Questions_for_words(string question, string trained) =>
        Assert.Equal(new UnderstoodQuestion(trained) { IsKorean = true }, Reader.Read(question, []));

    [Theory]
    [InlineData("사진을 설명해 줘")]
    [InlineData("무엇이 보이나요?")]
    [InlineData("이 그림에 무엇이 있어?")]
    public void Descriptions(string question) => Assert.Contains("segmentation masks", Reader.Read(question, []).Question);

    [Theory]
    [InlineData("이것은 무엇입니까?", "What is the object marked by <mark>? Answer with its name.")]
    [InlineData("<mark>은 뭐예요?", "What is the object marked by <mark>? Answer with its name.")]
    [InlineData("이건 무슨 색이야?", "There are some marks: Mark 1 <mark>.\nWhat color is Mark 1?")]
    [InlineData("어디에 쓰는 거야?", "There are some marks: Mark 1 <mark>.\nWhat would you use Mark 1 for?")]
    [InlineData("이것을 자세히 설명해 줘", "Can you provide me with a detailed description of the region in the picture marked by <mark>?")]
    public void Questions_about_what_is_pointed_at(string question, string trained) =>
        Assert.Equal(trained, Reader.Read(question, [VisualPrompt.Point(1, 1)]).Question);

    [Fact]
    public void Questions_about_several()
    {
        VisualPrompt[] two = [VisualPrompt.Box(0, 0, 1, 1), VisualPrompt.Box(2, 2, 3, 3)];
        Assert.Equal("What are <region> and <region>?", Reader.Read("<region>과 <region>은 무엇인가요?", two).Question);
        Assert.Equal(
            "Which is larger, <region> or <region>?",
            Reader.Read("<region>과 <region> 중 어느 것이 더 큰가요?", two).Question
        );
        Assert.Equal("Is <region> to the left of <region>?", Reader.Read("<region>이 <region>의 왼쪽에 있나요?", two).Question);
        Assert.Equal(
            "There are some marks: Mark 1 <mark>, Mark 2 <mark>.\nWhat color is Mark 2?",
            Reader
                .Read(
                    "표시 1 <mark>, 표시 2 <mark>.\n표시 2는 무슨 색인가요?",
                    [VisualPrompt.Point(1, 1), VisualPrompt.Point(2, 2)]
                )
                .Question
        );
    }

    [Theory]
    [InlineData("안개를 찾아줘", "안개")]
    [InlineData("잠수함이 있나요?", "잠수함")]
    [InlineData("오늘 날씨가 좋네요", "이해하지")]
    public void What_was_not_taught_is_said(string question, string says) =>
        Assert.Contains(says, Reader.Read(question, []).Answer);

    [Fact]
    public void Nothing_that_looks_Korean_throws()
    {
        string[] parts =
        [
            "고양이", "의", "표시", "몇", "색", "왼쪽에서", "두 번째", "있", "모두", "그", "을", "\u0663", "2", "<mark>", "쓰는 것", "를 분할",
            "\n", "가장", "a", "?", "the ",
        ];
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.NotNull(Reader.Read(text, []).Question);
            Assert.NotNull(Reader.Read(text, [VisualPrompt.Point(1, 1)]).Question);
            Assert.NotNull(Reader.InKorean(Reply.Of($"A cat, {text} is on the {text}.", [(0, 5)])).Text);
        }
    }

    [Theory]
    [InlineData("Yes.", "네, 있습니다.")]
    [InlineData("No.", "아니요, 없습니다.")]
    [InlineData("Three.", "셋입니다.")]
    [InlineData("None.", "하나도 없습니다.")]
    [InlineData("Red.", "빨간색입니다.")]
    [InlineData("At the top left.", "왼쪽 위에 있습니다.")]
    [InlineData("In the middle.", "가운데에 있습니다.")]
    [InlineData("On the right.", "오른쪽에 있습니다.")]
    [InlineData("cat", "고양이")]
    [InlineData("A cat.", "고양이입니다.")]
    [InlineData("To cut paper.", "종이를 자르는 데 씁니다.")]
    [InlineData("The first one.", "첫 번째 것입니다.")]
    [InlineData("A cat, a book and a key.", "고양이, 책, 열쇠입니다.")]
    [InlineData("There is nothing like that in this image.", "이 사진에는 그런 것이 없습니다.")]
    [InlineData("A red frobnicator is on the grass.", "A red frobnicator is on the grass.")]
    [InlineData("A broken red key on the grass, at the top left of the picture.", "그림 왼쪽 위, 잔디 위에 있는 부서진 빨간 열쇠입니다.")]
    [InlineData("A red car at the top left, a cat, a dog on the right.", "왼쪽 위에 있는 빨간 자동차, 고양이, 오른쪽에 있는 개입니다.")]
    [InlineData("A red car and two cats are on the grass. A bird is in the sky. There is a road, too.",
        "잔디 위에 빨간 자동차, 고양이 둘이 있습니다. 하늘에 새가 있습니다. 도로도 있습니다.")]
    public void Answers(string english, string korean) => Assert.Equal(korean, Reader.InKorean(Reply.Of(english, [])).Text);

    /// <summary>Expressions of scenes go into Korean and come back as they were.</summary>
    [Fact]
    public void Expressions_of_scenes_come_back()
    {
        using var referring = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "scenes", "referring.json"))
        );
        string[] lines =
        [
            .. referring
                .RootElement.EnumerateArray()
                .SelectMany(record => record.GetProperty("sentences").EnumerateArray())
                .Select(sentence => sentence.GetProperty("sent").GetString()!),
        ];
        var phrases = new KoreanPhrase(KoreanNames.All);
        foreach (string line in lines.Where(line => Reader.Read(line, []).Expression is not null))
        {
            string? korean = phrases.Of(line);
            Assert.True(korean is not null, line);
            Assert.Equal(line.ToLowerInvariant(), Reader.Read(korean, []).Expression);
        }
    }

    [Fact]
    public void Masks_stay_with_their_phrases()
    {
        const string text = "A red car and two cats are on the grass.";
        Reply reply = Reader.InKorean(Reply.Of(text, [(0, 9), (14, 22), (30, 39)]));
        Assert.Equal(["빨간 자동차", "고양이 둘", "잔디"], reply.Segments.Select(segment => reply.Text[segment.Start..segment.End]));
        Assert.Equal(["빨간 자동차", "고양이 둘", "잔디"], reply.Segments.Select(segment => segment.Phrase));
        Reply one = Reader.InKorean(Reply.Of("The second cat from the left.", [(0, 28)]));
        Assert.Equal("왼쪽에서 두 번째 고양이입니다.", one.Text);
        Assert.Equal("왼쪽에서 두 번째 고양이", one.Text[one.Segments[0].Start..one.Segments[0].End]);
    }
}
