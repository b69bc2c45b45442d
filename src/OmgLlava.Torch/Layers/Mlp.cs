using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>Linear layers <c>0</c>, <c>1</c>, ... with an activation between them.</summary>
internal sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly Linear[] _layers;
    private readonly Func<Tensor, Tensor> _activation;

    /// <param name="widths">Input width, hidden widths, output width.</param>
    /// <param name="placement">Where the weights live.</param>
    /// <param name="activation">Applied between the layers, not after the last.</param>
    public Mlp(long[] widths, Placement placement, Func<Tensor, Tensor> activation)
        : base(nameof(Mlp))
    {
        _layers = new Linear[widths.Length - 1];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = this.Add($"{i}", new Linear(widths[i], widths[i + 1], placement));
        }

        _activation = activation;
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x = input;
        for (int i = 0; i < _layers.Length; i++)
        {
            x = _layers[i].forward(i == 0 ? x : _activation(x));
        }

        return x.MoveToOuterDisposeScope();
    }
}
