namespace OmgLlava.Data.Regions;

/// <summary>A region of a picture with words about it.</summary>
/// <param name="Region">Its pixels.</param>
/// <param name="Text">The words.</param>
public sealed record RegionDescription(EncodedMask Region, string Text);
