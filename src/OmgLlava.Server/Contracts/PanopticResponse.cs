using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>Everything in the picture.</summary>
/// <param name="Segments">The segments with their classes.</param>
/// <param name="Image">The picture's size.</param>
/// <param name="Model">The model.</param>
/// <param name="Seconds">How long it took, waiting included.</param>
public sealed record PanopticResponse(
    IReadOnlyList<ClassSegmentJson> Segments,
    ImageSizeJson Image,
    ModelJson Model,
    double Seconds
);
