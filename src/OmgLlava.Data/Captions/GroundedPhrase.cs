namespace OmgLlava.Data.Captions;

/// <summary>A phrase of a caption with its pixels.</summary>
/// <param name="Start">Where it begins in the caption, in UTF-16 characters.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Region">Its pixels.</param>
public sealed record GroundedPhrase(int Start, int End, EncodedMask Region);
