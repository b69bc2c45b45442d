namespace OmgLlava.World;

/// <summary>A kind of stuff: what has no countable pieces.</summary>
/// <param name="Name">What it is called, without an article.</param>
/// <param name="Placing">How a thing is said to be there: "on the grass", "in the sky".</param>
/// <param name="Upright">Whether it stands behind things rather than lying below them.</param>
public sealed record StuffKind(string Name, string Placing, bool Upright)
{
    /// <summary>Where things of a photograph are, of which nobody has written down what they stand on.</summary>
    internal static StuffKind Somewhere { get; } = new("picture", "in the picture", Upright: true);
}
