using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>Layer normalisation over the last dimension; <c>weight</c> and <c>bias</c> (channels).</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly double _epsilon;

    public LayerNorm(long channels, Placement placement, double epsilon = 1e-5)
        : base(nameof(LayerNorm))
    {
        _weight = this.AddParameter("weight", placement, channels);
        _bias = this.AddParameter("bias", placement, channels);
        _epsilon = epsilon;
    }

    public override Tensor forward(Tensor input) => nn.functional.layer_norm(input, [input.shape[^1]], _weight, _bias, _epsilon);
}
