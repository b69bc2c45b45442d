namespace OmgLlava;

/// <summary>Refuses texts that no context has room for before they take time and memory.</summary>
internal static class ContextRoom
{
    /// <summary>Characters of the longest tokens that vocabularies have in running text.</summary>
    private const int LongestToken = 32;

    /// <summary>Refuses a text that is longer than the context in the longest tokens.</summary>
    /// <exception cref="OmgLlavaException">It is.</exception>
    public static void RequireText(OmgLlavaModel model, string text)
    {
        int most = model.Config.Language.MaxPositions;
        if (text.Length > (long)most * LongestToken)
        {
            throw Full($"A text of {text.Length} characters is too long for the model's {most} tokens; make it shorter.");
        }
    }

    /// <summary>Refuses tokens that are more than the context.</summary>
    /// <exception cref="OmgLlavaException">They are.</exception>
    public static void RequireTokens(OmgLlavaModel model, long count)
    {
        int most = model.Config.Language.MaxPositions;
        if (count > most)
        {
            throw Full(
                $"The conversation has {count} tokens, but the model takes {most} with the answer; start a new chat or make "
                    + $"the text shorter."
            );
        }
    }

    private static OmgLlavaException Full(string message) => new(message) { Code = "context_length_exceeded" };
}
