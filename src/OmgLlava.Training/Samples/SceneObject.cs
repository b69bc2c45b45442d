using OmgLlava.Imaging;
using OmgLlava.Training.World;

namespace OmgLlava.Training.Samples;

/// <summary>Something in a picture whose class and pixels are known.</summary>
/// <param name="Class">Its class: things first, then stuff.</param>
/// <param name="Mask">Its visible pixels, of the picture's size.</param>
public sealed record SceneObject(int Class, Mask Mask)
{
    /// <summary>The state that one sees it in; null where that is not known.</summary>
    public ThingCondition? Condition { get; init; }
}
