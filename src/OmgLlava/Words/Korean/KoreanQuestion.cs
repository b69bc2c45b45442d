using System.Text.RegularExpressions;

namespace OmgLlava.Words.Korean;

/// <summary>Puts Korean questions into the words of the training, which are English.</summary>
internal sealed partial class KoreanQuestion(KoreanNames names, string description, string? beyond)
{
    private const string This = "이것";
    private readonly KoreanExpression _expressions = new(names);

    /// <summary>Reads a question.</summary>
    /// <param name="question">The user's words.</param>
    /// <param name="prompts">What they point at.</param>
    public UnderstoodQuestion Read(string question, IReadOnlyList<VisualPrompt> prompts)
    {
        UnderstoodQuestion read = prompts.Count > 0
            ? new UnderstoodQuestion(Pointed(question, prompts) ?? question)
            : Plain(KoreanText.Squeeze(question)) ?? new UnderstoodQuestion(question);
        return read.Answer is not null ? read with { Question = question }
            : read.Question == question ? read with { Answer = $"이 질문은 이해하지 못했습니다{More()}." }
            : read with { IsKorean = true };
    }

    private UnderstoodQuestion? Plain(string question)
    {
        if (Description().IsMatch(question))
        {
            return new UnderstoodQuestion(description);
        }

        if (Everything().IsMatch(question))
        {
            return new UnderstoodQuestion(Questions.Ground);
        }

        if (List().IsMatch(question))
        {
            string order =
                question.Contains('위') ? "from top to bottom"
                : question.Contains('큰') ? "from the largest to the smallest"
                : "from left to right";
            return new UnderstoodQuestion($"List the things in the picture {order}.");
        }

        string bare = Beginning().Replace(question, "");
        return Of(Count(), bare, HowMany)
            ?? Of(Color(), bare, what => About(what, thing => Words($"What color is {thing}?")))
            ?? Of(Location(), bare, what => About(what, thing => Words($"Where is {thing}?")))
            ?? Of(MaskOf(), bare, Mask)
            ?? Of(MaskVerb(), bare, Mask)
            ?? Of(Exists(), bare, IsThere)
            ?? Of(Which(), bare, Beside)
            ?? Mask(bare);
    }

    /// <summary>What a form asks for; of words that are not known it is said that they are not.</summary>
    private UnderstoodQuestion? Of(Regex form, string question, Func<string, UnderstoodQuestion?> read)
    {
        if (form.Match(question) is not { Success: true } match)
        {
            return null;
        }

        string what = match.Groups["what"].Value;
        return read(what)
            ?? new UnderstoodQuestion(
                question,
                Answer: $"‘{KoreanText.WithoutParticle(what).Last()}’: 배우지 못한 말이라 대답할 수 없습니다{More()}."
            );
    }

    private UnderstoodQuestion? Mask(string what) =>
        IsPronoun().IsMatch(what) ? Words("Please segment it.")
        : Side().Match(what) is { Success: true } side ? Words($"Segment the one to the {English(side)} of it.")
        : _expressions.Read(what) is { } expression ? new UnderstoodQuestion(Questions.Segment(expression), expression)
        : null;

    private UnderstoodQuestion? Beside(string what) =>
        Side().Match(what) is { Success: true } side ? Words($"What is to the {English(side)} of it?") : Mask(what);

    private UnderstoodQuestion? About(string what, Func<string, UnderstoodQuestion> write) =>
        what.Length == 0 || IsPronoun().IsMatch(what) ? write("it")
        : _expressions.Read(what) is { } expression ? write(expression)
        : null;

    private UnderstoodQuestion? HowMany(string what) =>
        _expressions.ReadNoun(what) is { } noun ? Words($"How many {names.PluralOf(noun)} are there?") : null;

    private UnderstoodQuestion? IsThere(string what)
    {
        string? expression = _expressions.ReadNoun(what) is { } noun ? $"the {noun}" : _expressions.Read(what);
        return expression?.StartsWith("the ", StringComparison.Ordinal) == true
            ? Words($"Is there {EnglishText.A(expression[4..])} in the picture?")
            : null;
    }

    private static UnderstoodQuestion Words(string question) => new(question);

    private static string English(Match side) => side.Groups["side"].Value.StartsWith('왼') ? "left" : "right";

    private string More() => beyond is null ? "" : $". 더 많이 아는 모델: {beyond}";

    /// <summary>Questions about what is pointed at; null for others.</summary>
    private static string? Pointed(string question, IReadOnlyList<VisualPrompt> prompts)
    {
        string words = KoreanText.Squeeze(Placeholder().Replace(question, This));
        string[] places = [.. prompts.Select(prompt => prompt.Placeholder)];
        if (Marks().Match(words) is { Success: true } marks && int.Parse(marks.Groups["n"].Value, null) <= places.Length)
        {
            string list = string.Join(", ", places.Select((place, i) => $"Mark {i + 1} {place}"));
            string about = marks.Groups["about"].Value;
            string mark = $"Mark {marks.Groups["n"].Value}";
            string asked =
                AsksColor().IsMatch(about) ? $"What color is {mark}?"
                : AsksUse().IsMatch(about) ? $"What would you use {mark} for?"
                : $"What is {mark}?";
            return $"There are some marks: {list}.\n{asked}";
        }

        return places.Length switch
        {
            1 when AsksColor().IsMatch(words) => $"There are some marks: Mark 1 {places[0]}.\nWhat color is Mark 1?",
            1 when AsksUse().IsMatch(words) => $"There are some marks: Mark 1 {places[0]}.\nWhat would you use Mark 1 for?",
            1 when AsksDescription().IsMatch(words) => Questions.Describe(prompts[0]),
            1 when AsksName().IsMatch(words) => $"What is the object marked by {places[0]}? Answer with its name.",
            2 when AsksLarger().IsMatch(words) => $"Which is larger, {places[0]} or {places[1]}?",
            2 when AsksLeft().IsMatch(words) => $"Is {places[0]} to the left of {places[1]}?",
            2 when AsksName().IsMatch(words) => $"What are {places[0]} and {places[1]}?",
            3 when AsksName().IsMatch(words) => $"What are {places[0]}, {places[1]} and {places[2]}?",
            _ => null,
        };
    }

    [GeneratedRegex("<region>|<mark>")]
    private static partial Regex Placeholder();

    private const string Picture = "(?:(?:이|그|저)?(?:사진|그림|이미지|화면|장면))";

    [GeneratedRegex(
        $@"\A(?:{Picture}(?:을|를|에대해서?|은|는)?(?:좀|한번|간단히|자세히|짧게)*(?:설명|묘사|서술)"
            + $@"|{Picture}?(?:속|안)?(?:에서?|에는)?(?:무엇|뭐|뭣)(?:이|가)?(?:보이|보여|있))"
    )]
    private static partial Regex Description();

    [GeneratedRegex($@"\A{Picture}?(?:에서|속)?(?:모든것|모든물체|모든물건|모두|전부|전체|다)(?:을|를)?(?:분할|세그먼트|마스킹)")]
    private static partial Regex Everything();

    [GeneratedRegex("나열|열거|목록|차례로말")]
    private static partial Regex List();

    /// <summary>"And", "in the picture".</summary>
    [GeneratedRegex($@"\A(?:그리고|그럼|그러면|그런데|자|혹시)?(?:{Picture}(?:속|안)?(?:에서|에는|에|의))?")]
    private static partial Regex Beginning();

    [GeneratedRegex(
        @"\A(?<what>.+?)(?:(?:은|는|이|가)?(?:모두|전부|총|다|다해서)?몇(?!번째)|의?(?:개수|갯수)|(?:을|를)?(?:세어|세줘|세주|헤아려|세봐))"
    )]
    private static partial Regex Count();

    [GeneratedRegex(
        @"\A(?<what>.*?)(?:은|는|이|가|의)?(?:무슨|어떤)(?:색|색깔|색상|빛깔)"
            + @"|\A(?<what>.*?)(?:은|는|의)?(?:색깔|색상|색)(?:은|는|이|을|를|도)?(?:무엇|뭐|뭔|어떻|알려|말해|어때|\z)"
    )]
    private static partial Regex Color();

    [GeneratedRegex(@"\A(?<what>.*?)(?:은|는|이|가)?(?:어디|어느쪽|어느위치|어느부분)|\A(?<what>.*?)의?위치(?:는|가|를|\z)")]
    private static partial Regex Location();

    [GeneratedRegex(@"\A(?<what>.+?)(?:만)?(?:의|에대한)?(?:마스크|영역)(?:를|을|만)?(?:좀)?(?:줘|주|보여|그려|만들|찾|표시|\z)")]
    private static partial Regex MaskOf();

    [GeneratedRegex(@"\A(?<what>.+)(?:을|를|만)?(?:좀)?(?:분할|세그먼트|세그멘테이션|마스킹|찾|표시|보여|골라|강조|가리켜|가리키|선택|오려|잘라|칠해|짚어|구분해)(?!는)")]
    private static partial Regex MaskVerb();

    [GeneratedRegex(@"\A(?<what>.+)(?:있|보이|존재하)(?:나요|나|습니까|ㅂ니까|어요|어|니|냐|는지.*|는가요?|을까요?|죠|지요?)\z|\A(?<what>.+)(?:보여요?|보입니까)\z")]
    private static partial Regex Exists();

    [GeneratedRegex(@"\A(?<what>.+?)(?:은|는|이|가)?(?:무엇|뭐|뭔|어느것|어떤것|누구)(?:인가요?|입니까|이에요|예요|니|야|냐|일까요?)?\z")]
    private static partial Regex Which();

    [GeneratedRegex(@"\A(?:그것|그거|이것|이거|그|걔|얘)(?:을|를|은|는|이|가|의|만)?\z")]
    private static partial Regex IsPronoun();

    [GeneratedRegex(@"\A(?:그것?의?)(?<side>왼쪽|왼편|오른쪽|오른편)(?:에있는|의)?(?:것|물건|물체|거)(?:을|를|은|는|이|가)?\z")]
    private static partial Regex Side();

    [GeneratedRegex(@"표시(?<n>[1-9])(?<about>(?:(?!표시[1-9]).)*)\z")]
    private static partial Regex Marks();

    [GeneratedRegex("색")]
    private static partial Regex AsksColor();

    [GeneratedRegex("용도|쓰임|무엇에쓰|뭐에쓰|어디에쓰|무엇에사용|어디에사용|무엇을할때")]
    private static partial Regex AsksUse();

    [GeneratedRegex("설명|묘사|서술|자세히")]
    private static partial Regex AsksDescription();

    [GeneratedRegex("무엇|뭐|뭔|이름|누구|무슨")]
    private static partial Regex AsksName();

    [GeneratedRegex("더큰|더크|어느것이큰|큰것은")]
    private static partial Regex AsksLarger();

    [GeneratedRegex("왼쪽에있|왼쪽인")]
    private static partial Regex AsksLeft();
}
