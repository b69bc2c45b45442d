using OmgLlava.Training.Losses;
using OmgLlava.World;
using static TorchSharp.torch;

namespace OmgLlava.Training.Segmentation;

/// <summary>What is really in the pictures of a batch, padded to the picture with the most objects.</summary>
/// <param name="Classes">Per picture the class of each object, things first.</param>
/// <param name="Masks">Float (B, N, h, w): the objects' masks in the frame of the model's input; zeros in the padding.</param>
internal sealed record SegmentationTargets(IReadOnlyList<int[]> Classes, Tensor Masks)
{
    /// <summary>Per picture the state of each object, null where it is not known; empty where no one asks for states.</summary>
    public IReadOnlyList<ThingCondition?[]> Conditions { get; init; } = [];

    /// <summary>Per picture how many of the objects, the first ones, object queries are paired with; empty for all. The others
    /// are known in part only, and asked for by prompts.</summary>
    public IReadOnlyList<int> Matched { get; init; } = [];

    /// <summary>Per picture whether the mask of each object is known; empty where all are.</summary>
    public IReadOnlyList<bool[]> HasMask { get; init; } = [];

    /// <summary>Per picture the classes of which it has nothing beside its objects, null for all; empty where that holds for
    /// every picture.</summary>
    public IReadOnlyList<IReadOnlyList<int>?> Complete { get; init; } = [];

    /// <summary>Float (B, h, w): the share of what nothing can be said of; null for none.</summary>
    public Tensor? Ignored { get; init; }

    /// <summary>The objects that object queries are paired with.</summary>
    internal SegmentationTargets ForMatching() =>
        Matched.Count == 0 ? this : this with { Classes = [.. Classes.Zip(Matched, (classes, count) => classes[..count])] };

    /// <summary>The same in cells: the share of each that is inside.</summary>
    /// <param name="map">(B, C, h, w): as many cells as this has.</param>
    internal SegmentationTargets At(Tensor map) =>
        this with
        {
            Masks = PointSampler.Shares(Masks, map.shape[2], map.shape[3]),
            Ignored = Ignored is null ? null : PointSampler.Shares(Ignored, map.shape[2], map.shape[3]),
        };
}
