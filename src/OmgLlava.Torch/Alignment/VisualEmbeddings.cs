using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>What takes the place of a batch's placeholders, each list in the order of the placeholders over the whole
/// batch.</summary>
/// <param name="Images">Per image (T, D): one per image placeholder, or also one, unused, for each prompt without any, as
/// training batches pair every prompt with an image, blank for text alone.</param>
/// <param name="Regions">(N, D): one row per region placeholder; null for none.</param>
/// <param name="Marks">(N, D): one row per mark placeholder; null for none.</param>
internal sealed record VisualEmbeddings(IReadOnlyList<Tensor> Images, Tensor? Regions = null, Tensor? Marks = null);
