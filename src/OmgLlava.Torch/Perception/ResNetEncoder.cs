using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>ResNet (He et al. 2015, table 1) at any depths and widths, its batch norms folded into the convolutions.</summary>
internal sealed class ResNetEncoder : nn.Module, IImageEncoder
{
    private readonly Convolution _stem;
    private readonly ResNetBlock[][] _blocks = new ResNetBlock[4][];
    private readonly ClipHead? _head;

    /// <summary>Builds the encoder with uninitialised weights.</summary>
    public ResNetEncoder(PerceptionConfig config, Placement placement)
        : base(nameof(ResNetEncoder))
    {
        (Channels, Strides) = (config.EncoderWidths, config.EncoderStrides);
        bool bottleneck = config.Encoder == EncoderKind.ResNetBottleneck;
        int stem = bottleneck ? Channels[0] / PerceptionConfig.BottleneckRatio : Channels[0];
        _stem = this.Add("stem", new Convolution(3, stem, kernel: 7, placement, stride: 2, padding: 3));
        Group stages = this.Add("stages", new Group());
        for (int s = 0; s < _blocks.Length; s++)
        {
            (int before, int width, int stride) = (s == 0 ? stem : Channels[s - 1], Channels[s], s == 0 ? 1 : 2);
            _blocks[s] = stages
                .Add($"{s}", new Group())
                .AddList(
                    "blocks",
                    Enumerable
                        .Range(0, config.EncoderDepths[s])
                        .Select(i => new ResNetBlock(i == 0 ? before : width, width, i == 0 ? stride : 1, bottleneck, placement))
                );
        }

        _head = ClipHead.AddTo(this, config, placement);
    }

    public IReadOnlyList<int> Channels { get; }

    public IReadOnlyList<int> Strides { get; }

    public Tensor[] Encode(Tensor pixels, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var stages = new Tensor[_blocks.Length];
        Tensor x = nn.functional.max_pool2d(_stem.forward(pixels).relu_(), kernel_size: 3, stride: 2, padding: 1);
        for (int s = 0; s < _blocks.Length; s++)
        {
            foreach (ResNetBlock block in _blocks[s])
            {
                cancellation.ThrowIfCancellationRequested();
                x = block.forward(x);
            }

            stages[s] = x;
        }

        return [.. stages.Select(stage => stage.MoveToOuterDisposeScope())];
    }

    public Tensor ProjectToClip(Tensor features) => ClipHead.Project(_head, features);
}
