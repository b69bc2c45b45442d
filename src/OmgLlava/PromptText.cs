using OmgLlava.Language;

namespace OmgLlava;

/// <summary>Brings a question and its visual prompts together: one placeholder in the text for each prompt.</summary>
internal static class PromptText
{
    private static readonly string[] Placeholders = [ChatTemplate.RegionPlaceholder, ChatTemplate.MarkPlaceholder];

    /// <summary>
    /// The question with a placeholder for every prompt. Where it has none, they are introduced before it, in the words that the
    /// published model was trained with.
    /// </summary>
    /// <exception cref="OmgLlavaException">It has some, but not one for each prompt; or it is empty or too long.</exception>
    public static string Prepare(string question, IReadOnlyList<VisualPrompt> prompts)
    {
        if (string.IsNullOrWhiteSpace(question))
        {
            throw new OmgLlavaException("The question is empty.");
        }

        if (question.Contains(ChatTemplate.ImagePlaceholder, StringComparison.Ordinal))
        {
            throw new OmgLlavaException(
                $"The question must not contain '{ChatTemplate.ImagePlaceholder}'; the image comes with the chat."
            );
        }

        question = QuestionText.Tidy(question);
        int count = InOrder(question).Count();
        if (count == prompts.Count)
        {
            return question;
        }

        if (count > 0)
        {
            throw new OmgLlavaException(
                $"The question has {count} placeholder(s) (<mark> or <region>), but {prompts.Count} visual prompt(s) were given; "
                    + "give one point, box or mask for each."
            );
        }

        IEnumerable<string> names = prompts.Select(
            (prompt, i) =>
                prompt is VisualPrompt.PointPrompt ? $"Mark {i + 1} {prompt.Placeholder}" : $"Region {i + 1} {prompt.Placeholder}"
        );
        return $"There are some marks: {string.Join(", ", names)}.\n{question}";
    }

    /// <summary>The placeholders of a text in their order.</summary>
    public static IEnumerable<string> InOrder(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (Array.Find(Placeholders, p => string.CompareOrdinal(text, at, p, 0, p.Length) == 0) is { } found)
            {
                yield return found;
                at += found.Length - 1;
            }
        }
    }
}
