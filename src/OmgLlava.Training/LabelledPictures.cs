using static TorchSharp.torch;

namespace OmgLlava.Training;

/// <summary>What is known of a batch's pictures, for a language model that learns to read object tokens before there is
/// perception, or apart from it.</summary>
/// <param name="Objects">(N, h, w): the masks of what is labelled, picture after picture, 1 inside.</param>
/// <param name="Owners">The picture of each.</param>
/// <param name="Classes">The class of each; -1 where that is not known.</param>
/// <param name="Colors">(N, 11): the shares of the basic colours in each.</param>
/// <param name="Areas">Which of the objects each <c>&lt;region&gt;</c> of the batch points at, in order.</param>
/// <param name="Points">The same of each <c>&lt;mark&gt;</c>.</param>
/// <param name="Count">Pictures in the batch.</param>
internal sealed record LabelledPictures(
    Tensor Objects,
    IReadOnlyList<int> Owners,
    IReadOnlyList<int> Classes,
    Tensor Colors,
    IReadOnlyList<int> Areas,
    IReadOnlyList<int> Points,
    int Count
);
