using OmgLlava.Imaging;

namespace OmgLlava.Data.Annotating;

/// <summary>One mask of a picture.</summary>
/// <param name="Category">Its category's id.</param>
/// <param name="Mask">Its pixels; not empty.</param>
/// <param name="Score">0..1.</param>
/// <param name="Phrase">The words that it belongs to; null where there are none.</param>
/// <param name="Span">Where they stand in the caption, start and end; null where there is none.</param>
internal sealed record FoundObject(int Category, Mask Mask, float Score, string? Phrase = null, int[]? Span = null);
