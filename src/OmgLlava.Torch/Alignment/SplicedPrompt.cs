using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>Prompts as the language model takes them: embeddings, padded on the right to the longest.</summary>
/// <param name="Embeddings">(B, T, D), zero on padding.</param>
/// <param name="Mask">Int64 (B, T): see <see cref="PromptTokens.Mask"/>.</param>
/// <param name="Positions">Int64 (B, T): 0, 1, ... in each conversation, 0 on padding.</param>
/// <param name="Labels">Int64 (B, T): ignored on padding and on everything that was spliced in; null when the prompts had
/// none.</param>
internal sealed record SplicedPrompt(Tensor Embeddings, Tensor Mask, Tensor Positions, Tensor? Labels);
