using OmgLlava.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>A batch of tokenized prompts with their placeholders.</summary>
/// <param name="Ids">Int64 (B, T): token ids, <see cref="PromptPlaceholders.ImageId"/> among them.</param>
/// <param name="Mask">(B, T): 0 (or false) on padding, 1 (or true) on what all behind it sees. Several conversations about one
/// picture share its tokens: those of each have a number above 1, see what is 1 and one another, and count their places from
/// there. Null for 1 everywhere.</param>
/// <param name="Labels">Int64 (B, T): what the model shall say, <see cref="PromptPlaceholders.IgnoredLabel"/> where nothing; null
/// outside training.</param>
internal sealed record PromptTokens(Tensor Ids, Tensor? Mask = null, Tensor? Labels = null);
