using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>The predictions at one depth of the mask decoder.</summary>
/// <param name="Normalized">(B, Q, C): the queries after the final norm.</param>
/// <param name="MaskLogits">(B, Q, H/4, W/4): positive inside the mask; those of the last stage (B, Q, H/2, W/2) with
/// <see cref="PerceptionConfig.MaskDetailChannels"/>.</param>
internal sealed record DecoderStage(Tensor Normalized, Tensor MaskLogits);
