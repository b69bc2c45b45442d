using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>ResNet (He et al. 2015, table 1) at any depths and widths, its batch norms folded into the convolutions.</summary>
internal sealed class ResNetEncoder : IImageEncoder
{
    private readonly Convolution _stem;
    private readonly Block[][] _stages;

    public ResNetEncoder(WeightReader weights, PerceptionConfig config)
    {
        IReadOnlyList<int> widths = config.EncoderWidths;
        bool bottleneck = config.Encoder == EncoderKind.ResNetBottleneck;
        int stem = bottleneck ? widths[0] / PerceptionConfig.BottleneckRatio : widths[0];
        _stem = weights.At("stem").Convolution(3, stem, kernel: 7, stride: 2, padding: 3);
        _stages = new Block[widths.Count][];
        for (int s = 0; s < _stages.Length; s++)
        {
            (int before, int width, int stride) = (s == 0 ? stem : widths[s - 1], widths[s], s == 0 ? 1 : 2);
            _stages[s] = new Block[config.EncoderDepths[s]];
            for (int i = 0; i < _stages[s].Length; i++)
            {
                WeightReader block = weights.At($"stages.{s}.blocks.{i}");
                _stages[s][i] =
                    i == 0 ? ReadBlock(block, before, width, stride, bottleneck) : ReadBlock(block, width, width, 1, bottleneck);
            }
        }
    }

    /// <inheritdoc/>
    public Tensor[] Encode(Kernels kernels, Tensor pixels, CancellationToken cancellation)
    {
        var maps = new Tensor[_stages.Length];
        using Tensor stem = kernels.Convolve(pixels, _stem, Activation.Relu);
        Tensor x = kernels.MaxPool(stem, kernel: 3, stride: 2, padding: 1);
        for (int s = 0; s < _stages.Length; s++)
        {
            foreach ((int i, Block block) in _stages[s].Index())
            {
                cancellation.ThrowIfCancellationRequested();
                Tensor next = block.Forward(kernels, x);
                if (s == 0 || i > 0)
                {
                    x.Dispose(); // the first input of a later stage is the map of the one before
                }

                x = next;
            }

            maps[s] = x;
        }

        return maps;
    }

    /// <summary>The stride is where newer ResNets (torchvision's) take it: in the 3 x 3 convolution.</summary>
    private static Block ReadBlock(WeightReader weights, int before, int width, int stride, bool bottleneck)
    {
        int inside = width / PerceptionConfig.BottleneckRatio;
        Convolution[] convolutions = bottleneck
            ?
            [
                weights.At("convolutions.0").Convolution(before, inside, kernel: 1),
                weights.At("convolutions.1").Convolution(inside, inside, kernel: 3, stride, padding: 1),
                weights.At("convolutions.2").Convolution(inside, width, kernel: 1),
            ]
            :
            [
                weights.At("convolutions.0").Convolution(before, width, kernel: 3, stride, padding: 1),
                weights.At("convolutions.1").Convolution(width, width, kernel: 3, padding: 1),
            ];
        bool same = stride == 1 && before == width;
        return new Block(convolutions, same ? null : weights.At("shortcut").Convolution(before, width, kernel: 1, stride));
    }

    /// <summary>A block (He et al. 2015, figure 5): the input is added, by a 1 x 1 convolution where its shape is
    /// another.</summary>
    private sealed record Block(Convolution[] Convolutions, Convolution? Shortcut)
    {
        public Tensor Forward(Kernels kernels, Tensor input)
        {
            Tensor x = kernels.Convolve(input, Convolutions[0], Activation.Relu);
            for (int i = 1; i < Convolutions.Length; i++)
            {
                using Tensor before = x;
                x = kernels.Convolve(before, Convolutions[i], i < Convolutions.Length - 1 ? Activation.Relu : Activation.None);
            }

            using Tensor? shortcut = Shortcut is null ? null : kernels.Convolve(input, Shortcut);
            kernels.Add(x, shortcut ?? input);
            kernels.Activate(x, Activation.Relu);
            return x;
        }
    }
}
