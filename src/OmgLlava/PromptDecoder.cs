using OmgLlava.Imaging;
using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava;

/// <summary>Decodes a visual prompt, given in the user's pixels, with the frozen perception module.</summary>
internal static class PromptDecoder
{
    /// <param name="model">Perception.</param>
    /// <param name="image">The picture.</param>
    /// <param name="prompt">Point, box or region.</param>
    /// <param name="boxesAsPublished">Maps boxes as the published demo does, for comparisons.</param>
    /// <returns>Tensors with B = 1 and Q = 1.</returns>
    /// <exception cref="OmgLlavaException">The prompt lies outside the picture or is empty.</exception>
    public static DecodedQueries Decode(PerceptionModel model, PerceivedImage image, VisualPrompt prompt, bool boxesAsPublished = false)
    {
        prompt.Validate(image.Geometry);
        DecoderMemory memory = image.Perception.Memory;
        (int Height, int Width) size = image.Perception.Size;
        Device device = memory.MaskFeatures.device;
        switch (prompt)
        {
            case VisualPrompt.PointPrompt point:
                PixelPoint at = image.Geometry.ToModel(point.At);
                return model.DecodePoints(tensor(new float[,] { { at.X, at.Y } }, device: device), memory, size);
            case VisualPrompt.BoxPrompt box:
                PixelBox around = boxesAsPublished ? image.Geometry.ToModelAsPublished(box.Around) : image.Geometry.ToModel(box.Around);
                return model.DecodeBoxes(tensor(new float[,] { { around.X0, around.Y0, around.X1, around.Y1 } }, device: device), memory, size);
            case VisualPrompt.RegionPrompt region:
                Tensor pixels = tensor(image.Geometry.ToModel(region.Mask).Pixels.ToArray(), device: device).to(float32);
                return model.DecodeRegions(pixels.view(1, size.Height, size.Width), memory, size);
            default:
                throw new ArgumentOutOfRangeException(nameof(prompt), prompt, "Unknown kind of prompt.");
        }
    }
}
