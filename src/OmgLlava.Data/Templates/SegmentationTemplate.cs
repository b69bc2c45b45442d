using OmgLlava.Data.Referring;

namespace OmgLlava.Data.Templates;

/// <summary>Words that ask for the mask of something, and the answers.</summary>
public static class SegmentationTemplate
{
    /// <summary>The questions; {0} is what is asked for. Half of them end without a mark, as people write. The first is asked in
    /// evaluations.</summary>
    public static IReadOnlyList<string> Questions { get; } =
    [
        "Please segment {0} in this image.",
        "Segment {0} in the picture, please.",
        "Can you mark {0} in this image?",
        "Could you show me {0} with a segmentation mask?",
        "Which pixels belong to {0}? Answer with a segmentation mask.",
        "Where in this picture is {0}? Reply with its mask.",
        "Find {0} and give me the segmentation.",
        "I need the mask of {0} in this photo.",
        "Please segment {0} in this image",
        "Segment {0} in the picture, please",
        "Can you mark {0} in this image",
        "Could you show me {0} with a segmentation mask",
        "Which pixels belong to {0}? Answer with a segmentation mask",
        "Where in this picture is {0}? Reply with its mask",
        "Find {0} and give me the segmentation",
        "I need the mask of {0} in this photo",
    ];

    /// <summary>Answers with a mask and no phrase.</summary>
    public static IReadOnlyList<string> Answers { get; } =
    ["[SEG].", "Here it is: [SEG].", "Sure, [SEG].", "The mask is [SEG].", "You find it at [SEG]."];

    /// <summary>Answers where nothing is meant.</summary>
    public static IReadOnlyList<string> Refusals { get; } =
    [
        "There is nothing like that in this image.",
        "Nothing here fits these words.",
        "I cannot find that in this image.",
        "No such thing is in this picture.",
    ];

    /// <summary>A question that is always put in the same words.</summary>
    public static string Ask(string expression) => Ask(Questions[0], expression);

    /// <summary>A question in words of chance.</summary>
    internal static string Ask(string expression, string id, TemplateOptions options) =>
        Ask(Choice.Of(Questions, options.Seed, id), expression);

    /// <summary>A question and its answer.</summary>
    /// <param name="expression">What is meant.</param>
    /// <param name="options">How to put it.</param>
    public static ConversationTurn Turn(ReferringExpression expression, TemplateOptions options)
    {
        string question = Ask(expression.Text, expression.Id, options);
        return expression.NoTarget
            ? new ConversationTurn(question, Choice.Of(Refusals, options.Seed, $"{expression.Id}!"), [], [])
            : new ConversationTurn(question, Answer(expression.Text, expression.Id, options), [], [expression.Target.ToMask()]);
    }

    /// <summary>The answer with the mask of one thing.</summary>
    /// <param name="phrase">The thing.</param>
    /// <param name="id">Decides about the words.</param>
    /// <param name="options">How to put it.</param>
    internal static string Answer(string phrase, string id, TemplateOptions options) =>
        options.Format == AnswerFormat.Phrase
            ? $"<p> {Capitalized(Bare(phrase))} </p> [SEG]."
            : Choice.Of(Answers, options.Seed, $"{id}!");

    private static string Ask(string template, string expression) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, template, Bare(expression).ToLowerInvariant());

    private static string Bare(string text) => text.Trim().TrimEnd('.', '!', '?').TrimEnd();

    /// <summary>First letter upper, the rest lower, as published.</summary>
    private static string Capitalized(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();
}
