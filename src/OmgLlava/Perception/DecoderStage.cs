using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>The predictions at one depth of the mask decoder.</summary>
/// <param name="Normalized">(B, Q, C): the queries after the final norm.</param>
/// <param name="MaskLogits">(B, Q, H/4, W/4): positive inside the mask.</param>
public sealed record DecoderStage(Tensor Normalized, Tensor MaskLogits);
