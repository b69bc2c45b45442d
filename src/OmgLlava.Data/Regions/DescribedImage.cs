namespace OmgLlava.Data.Regions;

/// <summary>A picture with descriptions of its regions.</summary>
/// <param name="Id">Names it in messages and results.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Regions">The descriptions, at least one.</param>
public sealed record DescribedImage(string Id, string ImagePath, IReadOnlyList<RegionDescription> Regions);
