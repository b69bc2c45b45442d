namespace OmgLlava.Engine;

/// <summary>The 7 x 7 convolution of each channel alone, with zeros around the map. Channels are taken in blocks of 16.</summary>
internal sealed class DepthwiseConvolution
{
    /// <summary>Side of the window.</summary>
    public const int Kernel = 7;

    /// <summary>Channels of a block.</summary>
    public const int BlockChannels = 16;

    /// <summary>Lays weights out.</summary>
    /// <param name="weight">(C, 7 * 7).</param>
    /// <param name="bias">(C).</param>
    public DepthwiseConvolution(Tensor weight, Tensor bias)
    {
        Channels = (int)bias.Count;
        Blocks = (Channels + BlockChannels - 1) / BlockChannels;
        Weights = Tensor.Zeros(Blocks, Kernel * Kernel, BlockChannels);
        Bias = Tensor.Zeros(Blocks, BlockChannels);
        bias.Span.CopyTo(Bias.Span);
        for (int c = 0; c < Channels; c++)
        {
            for (int tap = 0; tap < Kernel * Kernel; tap++)
            {
                Weights.Span[(((c / BlockChannels * Kernel * Kernel) + tap) * BlockChannels) + (c % BlockChannels)] = weight.Span[
                    (c * Kernel * Kernel) + tap
                ];
            }
        }
    }

    /// <summary>Channels C.</summary>
    public int Channels { get; }

    /// <summary>Blocks of channels; the last one is filled up with zeros.</summary>
    public int Blocks { get; }

    /// <summary>(blocks, 49, 16).</summary>
    public Tensor Weights { get; }

    /// <summary>(blocks, 16).</summary>
    public Tensor Bias { get; }
}
