namespace OmgLlava.Data.Dialogues;

/// <summary>Text of a data set, in which nothing may look like a token of the model.</summary>
internal static class PlainText
{
    private static readonly string[] Images = ["<image>\n", "\n<image>", "<image>"];
    private static readonly string[] Tokens = ["[SEG]", "<p>", "</p>", "<region>", "<mark>"];

    /// <summary>The text without the place of its picture, its tokens taken apart.</summary>
    public static string Clean(string text)
    {
        foreach (string image in Images)
        {
            text = text.Replace(image, "", StringComparison.Ordinal);
        }

        return WithoutTokens(text).Trim();
    }

    /// <summary>The text with its tokens taken apart.</summary>
    public static string WithoutTokens(string text)
    {
        foreach (string token in Tokens)
        {
            text = text.Replace(token, token.Trim('[', ']', '<', '>', '/'), StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The text without any angle bracket, as the published loaders of points and regions take it.</summary>
    public static string WithoutBrackets(string text) =>
        Clean(text).Replace("<", "", StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal);
}
