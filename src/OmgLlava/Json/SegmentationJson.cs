namespace OmgLlava.Json;

/// <summary>The segments of a picture with their classes.</summary>
/// <param name="Segments">The segments.</param>
/// <param name="Image">The picture's size.</param>
/// <param name="Model">The model.</param>
internal sealed record SegmentationJson(IReadOnlyList<ClassSegmentJson> Segments, ImageSizeJson Image, ModelJson Model)
{
    /// <summary>Writes a result.</summary>
    public static SegmentationJson Of(SegmentationResult result, OmgLlavaModel model, MaskFormat format = MaskFormat.Rle) =>
        new(
            [.. result.Objects.Select(segment => ClassSegmentJson.Of(segment, result.NameOf(segment), format))],
            new ImageSizeJson(result.Width, result.Height),
            ModelJson.Of(model)
        );
}
