namespace OmgLlava.World;

/// <summary>A part of a text and what it means.</summary>
/// <param name="Start">First character.</param>
/// <param name="End">After the last character.</param>
/// <param name="Segments">Ids of things or stuff.</param>
public sealed record ScenePhrase(int Start, int End, IReadOnlyList<int> Segments);
