using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>Asks for everything in the picture.</summary>
/// <param name="Kind">Panoptic or instance.</param>
/// <param name="Threshold">The least score, in 0..1; null for the model's own.</param>
/// <param name="MaskFormat">How masks are written.</param>
public sealed record PanopticRequest(
    SegmentationKind Kind = SegmentationKind.Panoptic,
    float? Threshold = null,
    MaskFormat MaskFormat = MaskFormat.Rle
);
