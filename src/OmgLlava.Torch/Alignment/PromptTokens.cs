using OmgLlava.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>A batch of tokenized prompts with their placeholders.</summary>
/// <param name="Ids">Int64 (B, T): token ids, <see cref="PromptPlaceholders.ImageId"/> among them.</param>
/// <param name="Mask">Bool (B, T): false on padding; null when there is none.</param>
/// <param name="Labels">Int64 (B, T): what the model shall say, <see cref="PromptPlaceholders.IgnoredLabel"/> where nothing; null
/// outside training.</param>
internal sealed record PromptTokens(Tensor Ids, Tensor? Mask = null, Tensor? Labels = null);
