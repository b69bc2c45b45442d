using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>The mask of a prompt.</summary>
/// <param name="Score">The IoU that the model expects, in 0..1.</param>
/// <param name="Found">Whether there is a mask.</param>
/// <param name="Box">Left, top, right, bottom in pixels.</param>
/// <param name="Area">Pixels inside.</param>
/// <param name="Mask">The pixels.</param>
public sealed record PromptSegmentJson(float Score, bool Found, float[]? Box, long Area, MaskJson? Mask)
{
    /// <summary>Writes a segment.</summary>
    public static PromptSegmentJson Of(Segment segment, MaskFormat format)
    {
        var grounding = GroundingJson.Of(segment, format);
        return new PromptSegmentJson(grounding.Score, grounding.Found, grounding.Box, grounding.Area, grounding.Mask);
    }
}
