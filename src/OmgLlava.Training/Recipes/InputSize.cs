namespace OmgLlava.Training.Recipes;

/// <summary>How large pictures are shown from a step on: small ones cost less, and teach most of what large ones do.</summary>
/// <param name="Size">Side of the model's input in pixels.</param>
/// <param name="From">The first step.</param>
internal sealed record InputSize(int Size, int From = 0)
{
    /// <summary>What the coarsest level of features needs.</summary>
    private const int Multiple = 32;

    internal bool IsValid => Size > 0 && Size % Multiple == 0 && From >= 0;
}
