using OmgLlava.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>(alpha / rank) B A x (LoRA, Hu et al. 2022, equation 3); <c>a</c> (rank, in), <c>b</c> (out, rank).</summary>
internal sealed class LoraAdapter : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _a;
    private readonly Tensor _b;
    private readonly double _scale;
    private readonly double _dropout;

    public LoraAdapter(LoraConfig config, long inFeatures, long outFeatures, Placement placement)
        : base(nameof(LoraAdapter))
    {
        _a = this.AddParameter("a", placement, config.Rank, inFeatures);
        _b = this.AddParameter("b", placement, outFeatures, config.Rank);
        (_scale, _dropout) = (config.Alpha / config.Rank, config.Dropout);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = training && _dropout > 0 ? nn.functional.dropout(input, _dropout, training: true) : input;
        return nn.functional.linear(nn.functional.linear(x, _a), _b).Mul(_scale).MoveToOuterDisposeScope();
    }

    /// <summary>The change that the adapter makes to a weight.</summary>
    /// <returns>(out, in), float32.</returns>
    public Tensor Delta()
    {
        using var scope = NewDisposeScope();
        return _b.to(float32).matmul(_a.to(float32)).Mul(_scale).MoveToOuterDisposeScope();
    }

    /// <summary>Draws A as peft does (Kaiming uniform with a = √5) and sets B to zero, so that the adapter begins without
    /// effect.</summary>
    public void Initialize(Generator? generator)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        double bound = 1 / Math.Sqrt(_a.shape[1]);
        _a.copy_(rand(_a.shape, float32, generator: generator).Mul(2 * bound).Sub(bound));
        _b.zero_();
    }
}
