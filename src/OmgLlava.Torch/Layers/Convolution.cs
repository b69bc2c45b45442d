using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>2-D convolution; <c>weight</c> (out, in / groups, kernel, kernel), <c>bias</c> (out). Built uninitialised.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long _groups;

    public Convolution(
        long inChannels,
        long outChannels,
        long kernel,
        Placement placement,
        long stride = 1,
        long padding = 0,
        long groups = 1,
        bool bias = true
    )
        : base(nameof(Convolution))
    {
        _weight = this.AddParameter("weight", placement, outChannels, inChannels / groups, kernel, kernel);
        _bias = bias ? this.AddParameter("bias", placement, outChannels) : null;
        (_stride, _padding, _groups) = ([stride, stride], [padding, padding], groups);
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.conv2d(input, _weight, _bias, _stride, _padding, [1, 1], _groups);
}
