using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>The masks of what was pointed at.</summary>
/// <param name="Segments">One for each prompt, in their order.</param>
/// <param name="Image">The picture's size.</param>
/// <param name="Model">The model.</param>
/// <param name="Seconds">How long it took, waiting included.</param>
public sealed record SegmentResponse(
    IReadOnlyList<PromptSegmentJson> Segments,
    ImageSizeJson Image,
    ModelJson Model,
    double Seconds
);
