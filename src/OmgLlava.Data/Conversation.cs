namespace OmgLlava.Data;

/// <summary>A conversation about one picture: what instruction tuning learns from, and what an evaluation asks.</summary>
/// <param name="Id">Names the record in messages: file and position, or the data set's own id.</param>
/// <param name="ImagePath">The picture's file; null for text alone.</param>
/// <param name="Turns">Questions with their answers, at least one.</param>
public sealed record Conversation(string Id, string? ImagePath, IReadOnlyList<ConversationTurn> Turns);
