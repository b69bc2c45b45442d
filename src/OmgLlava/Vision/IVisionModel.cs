using OmgLlava.Engine;
using OmgLlava.Imaging;

namespace OmgLlava.Vision;

/// <summary>What sees: perception and the projectors between it and language. Which executor computes it does not show.</summary>
internal interface IVisionModel : IDisposable
{
    /// <summary>Looks at a picture.</summary>
    /// <param name="pixels">(3, H, W), normalised, as <see cref="ImageTransform.Apply"/> gives them.</param>
    /// <param name="size">Height and width of the model's input.</param>
    /// <param name="cancellation">Stops within a layer or less.</param>
    SeenImage See(float[] pixels, (int Height, int Width) size, CancellationToken cancellation = default);

    /// <summary>Decodes a point prompt, in pixels of the model's input.</summary>
    DecodedPrompt DecodePoint(SeenImage image, PixelPoint point);

    /// <summary>Decodes a box prompt, in pixels of the model's input.</summary>
    DecodedPrompt DecodeBox(SeenImage image, PixelBox box);

    /// <summary>Decodes a region prompt of the size of the model's input.</summary>
    DecodedPrompt DecodeRegion(SeenImage image, Mask region);

    /// <summary>The language model's tokens of visual prompts.</summary>
    /// <param name="image">The picture that they are on.</param>
    /// <param name="prompts">The decoded prompts.</param>
    /// <returns>(N, D).</returns>
    Tensor ProjectPrompts(SeenImage image, IReadOnlyList<DecodedPrompt> prompts);

    /// <summary>Decodes the mask that a [SEG] asks for.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="hidden">(D): the language model's hidden state at [SEG].</param>
    /// <returns>(1, h, w): mask logits in the frame of the model's input.</returns>
    Tensor DecodeMask(SeenImage image, ReadOnlySpan<float> hidden);
}
