using static TorchSharp.torch;

namespace OmgLlava.Training.Segmentation;

/// <summary>What is really in the pictures of a batch, padded to the picture with the most objects.</summary>
/// <param name="Classes">Per picture the class of each object, things first.</param>
/// <param name="Masks">Float (B, N, h, w): the objects' masks in the frame of the model's input; zeros in the padding.</param>
public sealed record SegmentationTargets(IReadOnlyList<int[]> Classes, Tensor Masks);
