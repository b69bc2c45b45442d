namespace OmgLlava;

/// <summary>Questions in the words that the published model was trained with.</summary>
public static class Questions
{
    /// <summary>Asks for a description of the whole picture.</summary>
    public const string Caption = "Could you please give me a detailed description of the image?";

    /// <summary>Asks for a description whose phrases come with masks (grounded caption).</summary>
    public const string Ground =
        "Could you please give me a brief description of the image? Please respond with interleaved segmentation masks for "
        + "the corresponding parts of the answer.";

    /// <summary>Asks for a description of the one thing pointed at.</summary>
    /// <param name="prompt">The point, box or region.</param>
    public static string Describe(VisualPrompt prompt) =>
        $"Can you provide me with a detailed description of the region in the picture marked by {prompt.Placeholder}?";

    /// <summary>Asks for the mask of what an expression means.</summary>
    /// <param name="expression">Words such as "the second cat from the left".</param>
    /// <exception cref="OmgLlavaException">The expression is empty.</exception>
    public static string Segment(string expression) =>
        string.IsNullOrWhiteSpace(expression)
            ? throw new OmgLlavaException("The expression is empty; say what to segment.")
            : $"Please segment {QuestionText.Expression(expression)} in this image.";

    /// <summary>
    /// Finds in a user's own words what is wanted, and puts it into words that the model was trained with: "segment the cup" asks
    /// for its mask, however it is said, in English or Korean. Anything else stays as it is.
    /// </summary>
    /// <param name="question">The user's words.</param>
    /// <returns>The words for the model, and the expression whose mask they ask for; null for none.</returns>
    public static (string Question, string? Expression) Understand(string question) => QuestionIntent.Read(question);

    /// <summary>
    /// The answer to <see cref="Segment"/> with an entry even where the model gave no mask: what is not in the picture is said to
    /// be missing.
    /// </summary>
    public static Reply WithMissing(Reply reply, string expression)
    {
        if (reply.Segments.Count > 0)
        {
            return reply;
        }

        string phrase = QuestionText.Expression(expression);
        int start = reply.Text.IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
        return reply with
        {
            Segments =
            [
                start < 0 ? new Segment(phrase, 0, 0, null, 0) : new Segment(phrase, start, start + phrase.Length, null, 0),
            ],
        };
    }
}
