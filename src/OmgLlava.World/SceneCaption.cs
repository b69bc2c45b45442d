namespace OmgLlava.World;

/// <summary>A description of a scene whose phrases are tied to its segments.</summary>
/// <param name="Text">Sentences.</param>
/// <param name="Phrases">In order, without overlap.</param>
public sealed record SceneCaption(string Text, IReadOnlyList<ScenePhrase> Phrases);
