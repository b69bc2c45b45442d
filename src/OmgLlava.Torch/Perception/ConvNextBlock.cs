using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// ConvNeXt block (Liu et al. 2022, figure 4): depthwise 7x7, layer norm over channels, a four times wider GELU MLP, scaled per
/// channel and added to the input.
/// </summary>
internal sealed class ConvNextBlock : nn.Module<Tensor, Tensor>
{
    private readonly Convolution _depthwise;
    private readonly LayerNorm _norm;
    private readonly Linear _expand;
    private readonly Linear _contract;
    private readonly Tensor _scale;

    public ConvNextBlock(long channels, Placement placement)
        : base(nameof(ConvNextBlock))
    {
        _depthwise = this.Add(
            "depthwise",
            new Convolution(channels, channels, kernel: 7, placement, padding: 3, groups: channels)
        );
        _norm = this.Add("norm", new LayerNorm(channels, placement, epsilon: 1e-6));
        _expand = this.Add("expand", new Linear(channels, 4 * channels, placement));
        _contract = this.Add("contract", new Linear(4 * channels, channels, placement));
        _scale = this.AddParameter("scale", placement, channels);
    }

    /// <param name="input">(B, C, H, W), channels last in memory for speed.</param>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = Normalized(input);
        x =
            input.device_type == TorchSharp.DeviceType.CPU && !is_grad_enabled()
                ? WideMlp.Forward(x, _expand, _contract)
                : _contract.forward(nn.functional.gelu(_expand.forward(x)));
        return input.Addcmul(x.permute(0, 3, 1, 2), _scale.view(-1, 1, 1)).MoveToOuterDisposeScope();
    }

    /// <returns>(B, H, W, C).</returns>
    private Tensor Normalized(Tensor input)
    {
        using Tensor mixed = _depthwise.forward(input);
        using Tensor last = mixed.permute(0, 2, 3, 1);
        return _norm.forward(last);
    }
}
