using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// The ConvNeXt trunk of the OpenCLIP image encoder, at any depths and widths. It gives the raw outputs of its four stages; no
/// norm follows them.
/// </summary>
internal sealed class ConvNextEncoder : nn.Module, IImageEncoder
{
    private const double Epsilon = 1e-6;

    private readonly Convolution _stem;
    private readonly LayerNorm _stemNorm;
    private readonly LayerNorm?[] _downsampleNorms = new LayerNorm?[4];
    private readonly Convolution?[] _downsamples = new Convolution?[4];
    private readonly ConvNextBlock[][] _blocks = new ConvNextBlock[4][];
    private readonly ClipHead? _head;

    /// <summary>Builds the encoder with uninitialised weights.</summary>
    public ConvNextEncoder(PerceptionConfig config, Placement placement)
        : base(nameof(ConvNextEncoder))
    {
        (Channels, Strides) = (config.EncoderWidths, config.EncoderStrides);
        IReadOnlyList<int> widths = Channels;
        var stem = this.Add("stem", new Group());
        _stem = stem.Add("convolution", new Convolution(3, widths[0], kernel: 4, placement, stride: 4));
        _stemNorm = stem.Add("norm", new LayerNorm(widths[0], placement, Epsilon));
        var stages = this.Add("stages", new Group());
        for (int s = 0; s < 4; s++)
        {
            var stage = stages.Add($"{s}", new Group());
            if (s > 0)
            {
                var downsample = stage.Add("downsample", new Group());
                _downsampleNorms[s] = downsample.Add("norm", new LayerNorm(widths[s - 1], placement, Epsilon));
                _downsamples[s] = downsample.Add(
                    "convolution",
                    new Convolution(widths[s - 1], widths[s], kernel: 2, placement, stride: 2)
                );
            }

            int width = widths[s];
            _blocks[s] = stage.AddList(
                "blocks",
                Enumerable.Range(0, config.EncoderDepths[s]).Select(_ => new ConvNextBlock(width, placement))
            );
        }

        _head = ClipHead.AddTo(this, config, placement);
    }

    public IReadOnlyList<int> Channels { get; }

    public IReadOnlyList<int> Strides { get; }

    public Tensor[] Encode(Tensor pixels, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var stages = new Tensor[4];
        Tensor x = Normalized(_stem.forward(pixels), _stemNorm);
        for (int s = 0; s < 4; s++)
        {
            if (s > 0)
            {
                using Tensor normalized = NormChannels(x, _downsampleNorms[s]!);
                x = _downsamples[s]!.forward(normalized);
            }

            foreach (ConvNextBlock block in _blocks[s])
            {
                cancellation.ThrowIfCancellationRequested();
                Tensor next = block.forward(x);
                x.Dispose(); // never a stage's output: stem and downsampling made a new tensor
                x = next;
            }

            stages[s] = x;
            NativeHeap.TrimAfter(x);
        }

        return [.. stages.Select(stage => stage.MoveToOuterDisposeScope())];

        static Tensor Normalized(Tensor raw, LayerNorm norm)
        {
            using (raw)
            {
                return NormChannels(raw, norm);
            }
        }
    }

    public Tensor ProjectToClip(Tensor features) => ClipHead.Project(_head, features);

    /// <summary>Layer norm over the channels of (B, C, H, W). The result is channels-last in memory, which every
    /// following convolution and linear layer then keeps.</summary>
    private static Tensor NormChannels(Tensor x, LayerNorm norm)
    {
        using Tensor last = x.permute(0, 2, 3, 1);
        using Tensor dense = last.contiguous();
        using Tensor normalized = norm.forward(dense);
        return normalized.permute(0, 3, 1, 2);
    }
}
