using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>Asks for the masks of what is pointed at.</summary>
/// <param name="Prompts">Points, boxes and regions.</param>
/// <param name="MaskFormat">How masks are written.</param>
/// <param name="Quick">Whether one look at the picture is enough, as for a preview, also for a model that looks again at small
/// things.</param>
public sealed record SegmentRequest(
    IReadOnlyList<PromptJson> Prompts,
    MaskFormat MaskFormat = MaskFormat.Rle,
    bool Quick = false
);
