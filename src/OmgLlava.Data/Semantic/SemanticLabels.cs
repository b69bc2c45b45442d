using OmgLlava.Imaging;

namespace OmgLlava.Data.Semantic;

/// <summary>The class of every pixel of a picture.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Classes">Row-major; an index into the class names, or <see cref="Ignored"/>.</param>
public sealed record SemanticLabels(int Width, int Height, byte[] Classes)
{
    /// <summary>The label of pixels that do not count.</summary>
    public const byte Ignored = 255;

    /// <summary>The pixels of a class.</summary>
    public Mask MaskOf(int index) => new(Width, Height, Array.ConvertAll(Classes, label => label == index));
}
