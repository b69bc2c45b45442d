namespace OmgLlava;

/// <summary>A piece of an answer that is being generated.</summary>
/// <param name="Text">New clean text; may be empty.</param>
/// <param name="Phrase">The index of the segment whose phrase the text is part of; null for text between phrases.</param>
/// <param name="Segment">A phrase whose mask has just been decoded; its text has come before.</param>
/// <param name="Reply">The whole answer, with the last update only.</param>
/// <param name="Choice">How likely the token was that was just chosen, where this was asked for.</param>
public sealed record ReplyUpdate(
    string Text,
    int? Phrase = null,
    Segment? Segment = null,
    Reply? Reply = null,
    Language.TokenChoice? Choice = null
);
