using OmgLlava.Json;

namespace OmgLlava.Server.Contracts;

/// <summary>A grounding entry in a stream, with its index.</summary>
/// <param name="Index">Counts the entries of the answer from 0.</param>
/// <param name="Phrase">The phrase.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Score">0..1.</param>
/// <param name="Found">Whether it is in the picture.</param>
/// <param name="Box">Left, top, right, bottom in pixels.</param>
/// <param name="Area">Pixels inside.</param>
/// <param name="Mask">The pixels.</param>
public sealed record SegmentEvent(
    int Index,
    string Phrase,
    int Start,
    int End,
    float Score,
    bool Found,
    float[]? Box,
    long Area,
    MaskJson? Mask
)
{
    /// <summary>Gives an entry its index.</summary>
    public static SegmentEvent Of(int index, GroundingJson entry) =>
        new(index, entry.Phrase, entry.Start, entry.End, entry.Score, entry.Found, entry.Box, entry.Area, entry.Mask);
}
