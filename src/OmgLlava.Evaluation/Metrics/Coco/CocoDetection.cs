using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>A predicted object.</summary>
/// <param name="ImageId">Id of its picture.</param>
/// <param name="CategoryId">Id of its category.</param>
/// <param name="Score">Confidence; only the order matters, and equal scores keep their order.</param>
/// <param name="Box">Its box.</param>
/// <param name="Area">Its area in pixels: detections outside of an area range that match nothing are left out of it.</param>
/// <param name="Mask">Its mask; null where only boxes are evaluated.</param>
public sealed record CocoDetection(long ImageId, long CategoryId, double Score, CocoBox Box, double Area, CocoRle? Mask = null)
{
    /// <summary>A detection from its mask, with the mask's own box and area.</summary>
    public static CocoDetection FromMask(long imageId, long categoryId, double score, CocoRle mask) =>
        new(imageId, categoryId, score, RleMath.BoundingBox(mask), mask.Area, mask);
}
