using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Training.Samples;

/// <summary>Something in a picture whose class and pixels are known.</summary>
/// <param name="Class">Its class: things first, then stuff; <see cref="UnknownClass"/> where only its pixels are known.</param>
/// <param name="Mask">Its visible pixels, of the picture's size.</param>
internal sealed record SceneObject(int Class, Mask Mask)
{
    /// <summary>The class of what nobody has named.</summary>
    public const int UnknownClass = -1;

    /// <summary>Whether its pixels are known; otherwise the mask is where one has to look for it.</summary>
    public bool HasMask { get; init; } = true;

    /// <summary>The state that one sees it in; null where that is not known.</summary>
    public ThingCondition? Condition { get; init; }
}
