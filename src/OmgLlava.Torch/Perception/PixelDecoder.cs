using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// The multi-scale deformable-attention pixel decoder (Mask2Former; mmdet's MSDeformAttnPixelDecoder): three levels of stride 32,
/// 16 and 8 exchange information, then the finest joins the stride-4 features.
/// </summary>
internal sealed class PixelDecoder : nn.Module
{
    /// <summary>Levels that attend to one another.</summary>
    public const int Levels = PerceptionConfig.PixelDecoderLevels;

    private readonly Convolution[] _inputs = new Convolution[Levels];
    private readonly GroupNorm[] _inputNorms = new GroupNorm[Levels];
    private readonly PixelDecoderLayer[] _layers;
    private readonly Tensor _levelEmbedding;
    private readonly Convolution _lateral;
    private readonly GroupNorm _lateralNorm;
    private readonly Convolution _output;
    private readonly GroupNorm _outputNorm;
    private readonly Convolution _maskFeatures;
    private readonly int _channels;
    private readonly ScalarType _wideType;

    /// <summary>Builds the decoder with uninitialised weights.</summary>
    /// <param name="config">Widths.</param>
    /// <param name="placement">Type and device of the weights.</param>
    /// <param name="wideType">Another element type for what takes most of the time: the feed-forward networks and the 3 x 3
    /// convolution.</param>
    public PixelDecoder(PerceptionConfig config, Placement placement, ScalarType? wideType = null)
        : base(nameof(PixelDecoder))
    {
        _wideType = wideType ?? placement.DType;
        int channels = _channels = config.Channels;
        Group inputs = this.Add("inputs", new Group());
        for (int level = 0; level < Levels; level++)
        {
            Group input = inputs.Add($"{level}", new Group());
            _inputs[level] = input.Add(
                "convolution",
                new Convolution(config.EncoderWidths[3 - level], channels, kernel: 1, placement)
            );
            _inputNorms[level] = input.Add("norm", new GroupNorm(channels, placement));
        }

        _layers = this.AddList(
            "layers",
            Enumerable.Range(0, config.PixelDecoderLayers).Select(_ => new PixelDecoderLayer(config, placement, _wideType))
        );
        _levelEmbedding = this.AddParameter("level_embedding", placement, Levels, channels);
        Group lateral = this.Add("lateral", new Group());
        _lateral = lateral.Add(
            "convolution",
            new Convolution(config.EncoderWidths[0], channels, kernel: 1, placement, bias: false)
        );
        _lateralNorm = lateral.Add("norm", new GroupNorm(channels, placement));
        Group output = this.Add("output", new Group());
        _output = output.Add(
            "convolution",
            new Convolution(channels, channels, kernel: 3, placement with { DType = _wideType }, padding: 1, bias: false)
        );
        _outputNorm = output.Add("norm", new GroupNorm(channels, placement));
        _maskFeatures = this.Add("mask_features", new Convolution(channels, channels, kernel: 1, placement));
    }

    /// <param name="stages">The image encoder's four stages, stride 4 first.</param>
    public PixelFeatures Decode(IReadOnlyList<Tensor> stages)
    {
        using var scope = NewDisposeScope();
        var sizes = new (long Height, long Width)[Levels];
        var tokens = new Tensor[Levels];
        var positions = new Tensor[Levels];
        var references = new Tensor[Levels];
        for (int level = 0; level < Levels; level++)
        {
            Tensor x = _inputNorms[level].forward(_inputs[level].forward(stages[3 - level])); // (B, C, h, w)
            sizes[level] = (x.shape[2], x.shape[3]);
            tokens[level] = x.flatten(2).transpose(1, 2); // (B, h * w, C)
            positions[level] = SinePositionEncoding
                .Grid(x.shape[2], x.shape[3], _channels, x.device)
                .to(x.dtype)
                .Add(_levelEmbedding[level])
                .unsqueeze(0);
            references[level] = CellCenters(x.shape[2], x.shape[3], x.device).to(x.dtype);
        }

        Tensor all = Exchange(cat(tokens, dim: 1), cat(positions, dim: 1), cat(references, dim: 1), sizes);
        Tensor[] memories = Split(all, sizes);
        Tensor features = Refine(stages[0], memories[^1]); // (B, C, H/4, W/4)
        return new PixelFeatures(
            features.MoveToOuterDisposeScope(),
            [.. memories.Select(memory => memory.MoveToOuterDisposeScope())]
        );
    }

    /// <summary>Joins the finest level with the features of stride 4. Each map takes 67 MB at the published size, so none
    /// outlives its use.</summary>
    private Tensor Refine(Tensor stage, Tensor memory)
    {
        Tensor fine = Next(_lateral.forward(stage.contiguous()), _lateralNorm.forward);
        Tensor joined = Next(
            fine,
            x =>
                nn.functional.interpolate(memory, size: x.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false)
                    .AddInPlace(x)
        );
        return Next(
            Next(Next(joined, x => _output.forward(x.to(_wideType)).to(x.dtype)), x => _outputNorm.forward(x).relu_()),
            _maskFeatures.forward
        );

        static Tensor Next(Tensor x, Func<Tensor, Tensor> step)
        {
            using (x)
            {
                return step(x);
            }
        }
    }

    private Tensor Exchange(Tensor tokens, Tensor position, Tensor reference, (long Height, long Width)[] sizes)
    {
        foreach (PixelDecoderLayer layer in _layers)
        {
            Tensor next = layer.Forward(tokens, position, reference, sizes);
            tokens.Dispose();
            tokens = next;
        }

        return tokens;
    }

    private static Tensor[] Split(Tensor tokens, (long Height, long Width)[] sizes)
    {
        Tensor[] parts = tokens.split([.. sizes.Select(size => size.Height * size.Width)], dim: 1);
        return [.. parts.Zip(sizes, (part, size) => part.transpose(1, 2).unflatten(2, size.Height, size.Width))];
    }

    /// <summary>(1, h * w, 1, 2): x, y of each cell's centre in 0..1.</summary>
    internal static Tensor CellCenters(long height, long width, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor y = ScalarArithmetic.Arange(height, float32, device).Add(0.5).Div(height).reshape(height, 1).expand(height, width);
        Tensor x = ScalarArithmetic.Arange(width, float32, device).Add(0.5).Div(width).reshape(1, width).expand(height, width);
        return stack([x, y], dim: -1).reshape(1, height * width, 1, 2).MoveToOuterDisposeScope();
    }
}
