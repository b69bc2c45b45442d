using OmgLlava.Vision;

namespace OmgLlava;

/// <summary>Decodes a visual prompt, given in the user's pixels, with the frozen perception module.</summary>
internal static class PromptDecoder
{
    /// <param name="model">Perception.</param>
    /// <param name="image">The picture.</param>
    /// <param name="prompt">Point, box or region.</param>
    /// <param name="boxesAsPublished">Maps boxes as the published demo does, for comparisons.</param>
    /// <exception cref="OmgLlavaException">The prompt lies outside the picture or is empty.</exception>
    public static DecodedPrompt Decode(
        IVisionModel model,
        PerceivedImage image,
        VisualPrompt prompt,
        bool boxesAsPublished = false
    )
    {
        prompt.Validate(image.Geometry);
        return prompt switch
        {
            VisualPrompt.PointPrompt point => model.DecodePoint(image.Seen, image.Geometry.ToModel(point.At)),
            VisualPrompt.BoxPrompt box => model.DecodeBox(
                image.Seen,
                boxesAsPublished ? image.Geometry.ToModelAsPublished(box.Around) : image.Geometry.ToModel(box.Around)
            ),
            VisualPrompt.RegionPrompt region => model.DecodeRegion(image.Seen, image.Geometry.ToModel(region.Mask)),
            _ => throw new ArgumentOutOfRangeException(nameof(prompt), prompt, "Unknown kind of prompt."),
        };
    }
}
