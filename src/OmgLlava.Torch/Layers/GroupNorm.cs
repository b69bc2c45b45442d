using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>Group normalisation with 32 groups, eps 1e-5; <c>weight</c> and <c>bias</c> (channels).</summary>
internal sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    private const int Groups = 32;

    private readonly Tensor _weight;
    private readonly Tensor _bias;

    public GroupNorm(long channels, Placement placement)
        : base(nameof(GroupNorm))
    {
        _weight = this.AddParameter("weight", placement, channels);
        _bias = this.AddParameter("bias", placement, channels);
    }

    public override Tensor forward(Tensor input) => nn.functional.group_norm(input, Groups, _weight, _bias, 1e-5);
}
