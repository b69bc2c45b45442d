namespace OmgLlava.Data.Templates;

/// <summary>Words that ask what the thing at a point, in a box or under a mask is called.</summary>
public static class NameTemplate
{
    /// <summary>The questions; {0} is the placeholder. The first is asked in evaluations.</summary>
    public static IReadOnlyList<string> Questions { get; } =
    [
        "What is the object marked by {0}? Answer with its name.",
        "Name the thing at {0}.",
        "What do you call what is marked by {0}? Just the name.",
        "{0} What is this? Answer in a word or two.",
    ];

    /// <summary>A question that is always put in the same words.</summary>
    /// <param name="placeholder">&lt;region&gt; for a box or mask, &lt;mark&gt; for a point.</param>
    public static string Ask(string placeholder) => Ask(Questions[0], placeholder);

    /// <summary>A question and its answer.</summary>
    /// <param name="prompt">Where.</param>
    /// <param name="name">What is there.</param>
    /// <param name="id">Decides about the words.</param>
    /// <param name="options">How to put it.</param>
    public static ConversationTurn Turn(VisualPrompt prompt, string name, string id, TemplateOptions options) =>
        new(
            Ask(Choice.Of(Questions, options.Seed, id), prompt is VisualPrompt.PointPrompt ? "<mark>" : "<region>"),
            name,
            [prompt],
            []
        );

    private static string Ask(string template, string placeholder) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, template, placeholder);
}
