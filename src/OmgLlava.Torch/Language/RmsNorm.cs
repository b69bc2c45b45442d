using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>x / sqrt(mean(x²) + eps) * weight over the last dimension, in float32; <c>weight</c> (D).</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _weight;
    private readonly double _epsilon;

    public RmsNorm(long width, double epsilon, Placement placement)
        : base(nameof(RmsNorm))
    {
        _weight = this.AddParameter("weight", placement, width);
        _epsilon = epsilon;
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = input.to(float32);
        Tensor normalized = x.mul(x.mul(x).mean([-1], keepdim: true).Add(_epsilon).rsqrt());
        return normalized.to(input.dtype).mul(_weight).MoveToOuterDisposeScope();
    }
}
