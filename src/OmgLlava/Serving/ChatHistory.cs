namespace OmgLlava.Serving;

/// <summary>Compares conversations.</summary>
internal static class ChatHistory
{
    /// <summary>How many turns two conversations have in common from their beginning.</summary>
    public static int SharedTurns(IReadOnlyList<ChatTurn> one, IReadOnlyList<ChatTurn> other) =>
        one.Zip(other).TakeWhile(pair => Same(pair.First, pair.Second)).Count();

    private static bool Same(ChatTurn one, ChatTurn other) =>
        one.Question == other.Question
        && one.Reply.Text == other.Reply.Text
        && one.Prompts.Count == other.Prompts.Count
        && one.Prompts.Zip(other.Prompts).All(pair => Same(pair.First, pair.Second));

    private static bool Same(VisualPrompt one, VisualPrompt other) =>
        one is VisualPrompt.RegionPrompt a && other is VisualPrompt.RegionPrompt b
            ? a.Mask.Width == b.Mask.Width && a.Mask.Height == b.Mask.Height && a.Mask.Pixels.SequenceEqual(b.Mask.Pixels)
            : one == other;
}
