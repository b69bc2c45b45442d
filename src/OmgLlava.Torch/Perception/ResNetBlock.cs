using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// A block of ResNet (He et al. 2015, figure 5): two 3 x 3 convolutions, or 1 x 1, 3 x 3, 1 x 1; the input is added, by a 1 x 1
/// convolution where its shape is another. Batch norms are folded into the convolutions.
/// </summary>
internal sealed class ResNetBlock : nn.Module<Tensor, Tensor>
{
    private readonly Convolution[] _convolutions;
    private readonly Convolution? _shortcut;

    public ResNetBlock(int inChannels, int outChannels, int stride, bool bottleneck, Placement placement)
        : base(nameof(ResNetBlock))
    {
        int inside = outChannels / PerceptionConfig.BottleneckRatio;
        Convolution[] convolutions = bottleneck
            ?
            [
                new Convolution(inChannels, inside, kernel: 1, placement),
                // where newer ResNets (torchvision's) take the stride
                new Convolution(inside, inside, kernel: 3, placement, stride, padding: 1),
                new Convolution(inside, outChannels, kernel: 1, placement),
            ]
            :
            [
                new Convolution(inChannels, outChannels, kernel: 3, placement, stride, padding: 1),
                new Convolution(outChannels, outChannels, kernel: 3, placement, padding: 1),
            ];
        _convolutions = this.AddList("convolutions", convolutions);
        _shortcut =
            stride == 1 && inChannels == outChannels
                ? null
                : this.Add("shortcut", new Convolution(inChannels, outChannels, kernel: 1, placement, stride));
    }

    /// <param name="input">(B, C, H, W).</param>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = input;
        foreach (Convolution convolution in _convolutions[..^1])
        {
            x = convolution.forward(x).relu_();
        }

        x = _convolutions[^1].forward(x);
        return x.Add(_shortcut is null ? input : _shortcut.forward(input)).relu_().MoveToOuterDisposeScope();
    }
}
