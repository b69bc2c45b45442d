namespace OmgLlava.World;

/// <summary>Words that mean some things of a scene, or none.</summary>
/// <param name="Text">"the second cat from the left"; no punctuation.</param>
/// <param name="Targets">Ids of the things it means, in order; empty where it means nothing that is there.</param>
/// <param name="Kind">What it takes to understand it.</param>
public sealed record SceneExpression(string Text, IReadOnlyList<int> Targets, ExpressionKind Kind)
{
    /// <summary>Which of the ways to say something of its kind it is: "left of", "ordinal", ...; empty where there is one way
    /// only.</summary>
    internal string Form { get; init; } = "";
}
