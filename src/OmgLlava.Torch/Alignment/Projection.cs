using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>The projector of LLaVA: linear layers with GELU between them, all but the first square.</summary>
internal static class Projection
{
    public static Mlp Create(int inputWidth, int outputWidth, int depth, Placement placement) =>
        new([inputWidth, .. Enumerable.Repeat((long)outputWidth, depth)], placement, x => nn.functional.gelu(x));
}
