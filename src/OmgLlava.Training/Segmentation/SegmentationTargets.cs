using OmgLlava.Training.Losses;
using OmgLlava.Training.World;
using static TorchSharp.torch;

namespace OmgLlava.Training.Segmentation;

/// <summary>What is really in the pictures of a batch, padded to the picture with the most objects.</summary>
/// <param name="Classes">Per picture the class of each object, things first.</param>
/// <param name="Masks">Float (B, N, h, w): the objects' masks in the frame of the model's input; zeros in the padding.</param>
public sealed record SegmentationTargets(IReadOnlyList<int[]> Classes, Tensor Masks)
{
    /// <summary>Per picture the state of each object, null where it is not known; empty where no one asks for states.</summary>
    public IReadOnlyList<ThingCondition?[]> Conditions { get; init; } = [];

    /// <summary>The same in cells: the share of each that is inside.</summary>
    /// <param name="map">(B, C, h, w): as many cells as this has.</param>
    internal SegmentationTargets At(Tensor map) => this with { Masks = PointSampler.Shares(Masks, map.shape[2], map.shape[3]) };
}
