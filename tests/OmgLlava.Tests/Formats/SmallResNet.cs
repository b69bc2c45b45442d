using OmgLlava.Perception;

namespace OmgLlava.Tests.Formats;

/// <summary>A ResNet of random weights as an ONNX file, with batch norms, or with biases as exporters write it that fold
/// them.</summary>
internal static class SmallResNet
{
    public static PerceptionConfig Config(bool bottleneck) =>
        new()
        {
            Encoder = bottleneck ? EncoderKind.ResNetBottleneck : EncoderKind.ResNet,
            EncoderWidths = bottleneck ? [16, 32, 48, 64] : [8, 12, 16, 20],
            EncoderDepths = [2, 1, 3, 1],
            ClipHiddenWidth = 0,
        };

    public static byte[] Write(bool bottleneck, bool norms, bool raw, int seed = 5)
    {
        PerceptionConfig config = Config(bottleneck);
        var random = new Random(seed);
        var file = new OnnxWriter();
        int count = 0;
        int stem = bottleneck ? config.EncoderWidths[0] / 4 : config.EncoderWidths[0];
        string x = Relu(Convolution("pixels", 3, stem, 7, 2));
        file.Node("MaxPool", [x], "pooled", ("kernel_shape", [3, 3]), ("strides", [2, 2]), ("pads", [1, 1, 1, 1]));
        x = "pooled";
        int width = stem;
        for (int stage = 0; stage < 4; stage++)
        {
            for (int block = 0; block < config.EncoderDepths[stage]; block++)
            {
                (int own, int stride) = (config.EncoderWidths[stage], block == 0 && stage > 0 ? 2 : 1);
                string shortcut = stride == 1 && width == own ? x : Convolution(x, width, own, 1, stride);
                string main = bottleneck
                    ? Convolution(
                        Relu(Convolution(Relu(Convolution(x, width, own / 4, 1, 1)), own / 4, own / 4, 3, stride)),
                        own / 4,
                        own,
                        1,
                        1
                    )
                    : Convolution(Relu(Convolution(x, width, own, 3, stride)), own, own, 3, 1);
                string sum = $"sum{count++}";
                file.Node("Add", block % 2 == 0 ? [main, shortcut] : [shortcut, main], sum);
                (x, width) = (Relu(sum), own);
            }
        }

        return file.File("pixels", x);

        string Relu(string input)
        {
            string output = $"relu{count++}";
            file.Node("Relu", [input], output);
            return output;
        }

        string Convolution(string input, int from, int to, int kernel, int stride)
        {
            string name = $"conv{count++}";
            file.Weights(
                name + "w",
                [to, from, kernel, kernel],
                Draw(to * from * kernel * kernel, 1 / Math.Sqrt(from * kernel * kernel)),
                raw
            );
            if (!norms)
            {
                file.Weights(name + "b", [to], Draw(to, 0.1), raw);
            }

            int pad = kernel / 2;
            file.Node(
                "Conv",
                norms ? [input, name + "w"] : [input, name + "w", name + "b"],
                name,
                ("kernel_shape", [kernel, kernel]),
                ("strides", [stride, stride]),
                ("pads", [pad, pad, pad, pad])
            );
            if (!norms)
            {
                return name;
            }

            string[] parts = [.. ((string[])["s", "o", "m", "v"]).Select(part => name + part)];
            file.Weights(parts[0], [to], [.. Draw(to, 0.2).Select(v => 1 + v)], raw)
                .Weights(parts[1], [to], Draw(to, 0.1), raw)
                .Weights(parts[2], [to], Draw(to, 0.1), raw)
                .Weights(parts[3], [to], [.. Draw(to, 0.3).Select(v => 0.5f + Math.Abs(v))], raw);
            file.Node("BatchNormalization", [name, .. parts], name + "n");
            return name + "n";
        }

        float[] Draw(int length, double scale) =>
            [.. Enumerable.Range(0, length).Select(_ => (float)(scale * 2 * (random.NextDouble() - 0.5) * Math.Sqrt(3)))];
    }
}
