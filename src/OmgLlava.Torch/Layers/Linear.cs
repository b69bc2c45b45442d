using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>y = x Wᵀ + b over the last dimension; <c>weight</c> (out, in), <c>bias</c> (out). Built uninitialised.</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    public Linear(long inFeatures, long outFeatures, Placement placement, bool bias = true)
        : base(nameof(Linear))
    {
        _weight = this.AddParameter("weight", placement, outFeatures, inFeatures);
        _bias = bias ? this.AddParameter("bias", placement, outFeatures) : null;
    }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);

    /// <summary>The part of the output that some of its features make up, without computing the others.</summary>
    public Tensor ForwardPart(Tensor input, long start, long count)
    {
        using var scope = NewDisposeScope();
        return nn
            .functional.linear(input, _weight.narrow(0, start, count), _bias?.narrow(0, start, count)!)
            .MoveToOuterDisposeScope();
    }
}
