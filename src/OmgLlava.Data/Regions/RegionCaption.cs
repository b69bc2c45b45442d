namespace OmgLlava.Data.Regions;

/// <summary>A region whose caption is wanted.</summary>
/// <param name="ImageId">Id of the entry of <c>images</c>: each stands for one region, so that a picture may have
/// several.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Region">Its pixels.</param>
/// <param name="References">Captions that people wrote.</param>
public sealed record RegionCaption(long ImageId, string ImagePath, EncodedMask Region, IReadOnlyList<string> References);
