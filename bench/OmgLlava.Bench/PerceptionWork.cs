using OmgLlava.Perception;

namespace OmgLlava.Bench;

/// <summary>Floating-point operations of the matrix products, convolutions and samplings of one picture's perception.</summary>
internal sealed record PerceptionWork(double Encoder, double PixelDecoder, double Decoder)
{
    public double All => Encoder + PixelDecoder + Decoder;

    public static PerceptionWork Of(PerceptionConfig config, int size)
    {
        double Cells(int stride) => (double)size / stride * size / stride;
        IReadOnlyList<int> widths = config.EncoderWidths;
        double encoder = Cells(4) * 48 * widths[0];
        for (int s = 0; s < 4; s++)
        {
            double cells = Cells(4 << s);
            encoder += s == 0 ? 0 : cells * 4 * widths[s - 1] * widths[s];
            encoder += config.EncoderDepths[s] * cells * ((49.0 * widths[s]) + (8.0 * widths[s] * widths[s]));
        }

        double c = config.Channels;
        double tokens = Cells(32) + Cells(16) + Cells(8);
        double samples = config.Heads * 3 * config.SamplingPoints;
        double pixelDecoder =
            (Cells(32) * widths[3] * c)
            + (Cells(16) * widths[2] * c)
            + (Cells(8) * widths[1] * c)
            + (
                config.PixelDecoderLayers
                * tokens
                * ((2 * c * c) + (3 * samples * c) + (5 * samples * c / config.Heads) + (2 * c * config.PixelDecoderFeedForward))
            )
            + (Cells(4) * ((widths[0] * c) + (9 * c * c) + (c * c)));
        double q = config.Queries;
        double decoder = (config.DecoderLayers + 1) * ((q * c * Cells(4)) + (3 * q * c * c));
        for (int layer = 0; layer < config.DecoderLayers; layer++)
        {
            double memory = Cells(32 >> (layer % 3));
            decoder +=
                (2 * memory * c * c)
                + (2 * q * memory * c)
                + (6 * q * c * c)
                + (2 * q * q * c)
                + (2 * q * c * config.DecoderFeedForward);
        }

        return new PerceptionWork(2 * encoder, 2 * pixelDecoder, 2 * decoder);
    }
}
