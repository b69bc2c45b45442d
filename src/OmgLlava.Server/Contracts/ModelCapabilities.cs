using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>What a model can do and what the server allows.</summary>
/// <param name="NegativePoints">Whether it knows points outside of the object.</param>
/// <param name="Boxes">Whether it knows boxes.</param>
/// <param name="Masks">Whether it knows regions.</param>
/// <param name="Panoptic">Whether it segments the whole picture.</param>
/// <param name="MaskFormats">How masks can be written.</param>
/// <param name="MaxTokens">Most tokens of an answer.</param>
/// <param name="Context">Most tokens of a conversation.</param>
/// <param name="MaxPrompts">Most prompts of a request.</param>
/// <param name="MaxImageBytes">Most bytes of a picture's file.</param>
/// <param name="MaxImagePixels">Most pixels of a picture.</param>
public sealed record ModelCapabilities(
    bool NegativePoints,
    bool Boxes,
    bool Masks,
    bool Panoptic,
    IReadOnlyList<MaskFormat> MaskFormats,
    int MaxTokens,
    int Context,
    int MaxPrompts,
    long MaxImageBytes,
    long MaxImagePixels
);
