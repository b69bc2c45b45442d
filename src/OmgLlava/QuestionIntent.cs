using System.Text.RegularExpressions;

namespace OmgLlava;

/// <summary>
/// Finds in a user's own words what is wanted, and puts it into the words that the model was trained with: "Segment the cup" asks
/// for a mask, however it is said. A question that is something else, or more than this, stays as it is.
/// </summary>
internal static partial class QuestionIntent
{
    private const int LongestQuestion = 200;

    /// <summary>Reads a question.</summary>
    /// <param name="question">The user's words.</param>
    /// <returns>The words for the model, and the expression whose mask they ask for; null for none.</returns>
    public static (string Question, string? Expression) Read(string question)
    {
        string words = question.Trim();
        if (words.Length is 0 or > LongestQuestion || words.AsSpan().ContainsAny("\r\n<>") || TrainedPattern().IsMatch(words))
        {
            return (question, null);
        }

        if (EverythingPattern().IsMatch(words))
        {
            return (Questions.Ground, null);
        }

        Match found = MaskPattern().Match(words);
        found = found.Success ? found : SegmentPattern().Match(words);
        found = found.Success ? found : KoreanPattern().Match(words);
        string expression = found.Groups["what"].Value.Trim(' ', ',', '"', '\'', '“', '”');
        return !found.Success || expression.Length == 0 || MorePattern().IsMatch(expression)
            ? (question, null)
            : (Questions.Segment(expression), expression);
    }

    /// <summary>The expression of a question in the published words; null for any other question.</summary>
    public static string? ExpressionOf(string question) =>
        TrainedPattern().Match(question.Trim()) is { Success: true } trained ? trained.Groups["what"].Value : null;

    /// <summary>The published words, which are left alone.</summary>
    [GeneratedRegex(@"\APlease segment (?<what>.+) in (?:this|the) image\.?\z")]
    private static partial Regex TrainedPattern();

    [GeneratedRegex(
        @"\A(?:please[, ]+)?(?:(?:can|could|would|will) you (?:please )?)?(?:(?:segment|mask) (?:everything|all(?: (?:the )?(?:things|objects|parts))?|every(?: \w+)?)|(?:segment|mask) the (?:whole |entire )?(?:image|picture|photo|scene)|describe (?:it|this|(?:this|the) (?:image|picture|photo|scene)) with (?:segmentation )?masks)(?: in (?:this|the) (?:image|picture|photo|scene))?(?:[, ]+please)?\s*[.!?]*\z",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex EverythingPattern();

    [GeneratedRegex(
        @"\A(?:please[, ]+|now[, ]+|ok(?:ay)?[, ]+|hi[,! ]+|hey[,! ]+|hello[,! ]+)*(?:(?:can|could|would|will) you (?:please )?|i (?:want|would like|need) (?:you )?to |let's )?(?:segment(?: out)?|mask(?: out)?|outline|highlight|mark|cut out)\s+(?:for me\s+)?(?<what>.+?)(?:\s+(?:in|from|on|of) (?:this|the|that|my) (?:image|picture|photo|photograph|scene))?(?:\s+for me)?(?:[, ]+(?:please|thanks|thank you))?\s*[.!?]*\z",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex SegmentPattern();

    [GeneratedRegex(
        @"\A(?:please[, ]+)?(?:(?:can|could|would|will) you (?:please )?)?(?:(?:find|get|give me|show me|return|draw|make|create|generate|i (?:need|want))\s+)?(?:the |a )?(?:segmentation )?(?:mask|segmentation)\s+(?:of|for)\s+(?<what>.+?)(?:\s+(?:in|from|on|of) (?:this|the|that|my) (?:image|picture|photo|photograph|scene))?(?:[, ]+(?:please|thanks|thank you))?\s*[.!?]*\z",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex MaskPattern();

    /// <summary>"딸기를 분할해 줘", "고양이 마스크를 보여 주세요".</summary>
    [GeneratedRegex(
        @"\A(?:(?:이|그) (?:사진|그림|이미지)(?:에서|의) )?(?<what>.+?)(?:(?:을|를)? ?(?:분할|세그먼트|세그멘테이션|마스킹) ?(?:을|를)? ?(?:해|하)|(?:의)? 마스크(?:를|만)? ?(?:보여|그려|만들어|찾아|줘|주)).{0,8}[.!?]*\z"
    )]
    private static partial Regex KoreanPattern();

    /// <summary>More than one wish: not for us to cut apart.</summary>
    [GeneratedRegex(
        @"[?!;]|\.\s|\b(?:and|then|,) (?:then )?(?:tell|say|describe|explain|count|what|how|why|who|where|is|are|answer)\b|\b(?:what|how many|why)\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex MorePattern();
}
