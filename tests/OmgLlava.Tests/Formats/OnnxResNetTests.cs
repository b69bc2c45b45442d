using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Tests.Formats;

public class OnnxResNetTests
{
    private static readonly double[] Std = [0.229, 0.224, 0.225];
    private static readonly EncoderInput Blue = new(BlueFirst: true, Std: [2, 3, 4]);

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    public void It_computes_what_ONNX_Runtime_computes_of_the_same_file(bool bottleneck, bool norms, bool raw)
    {
        const int Side = 64;
        byte[] bytes = SmallResNet.Write(bottleneck, norms, raw);
        // red first, divided by our deviations
        float[] pixels = [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (float)Math.Sin(i * 0.7))];

        // The file's network reads blue first, levels of 0..255, divided by deviations of its own.
        float[] theirs =
        [
            .. Enumerable
                .Range(0, pixels.Length)
                .Select(i =>
                    2 - (i / (Side * Side)) is var color
                        ? (float)(pixels[(color * Side * Side) + (i % (Side * Side))] * 255 * Std[color] / Blue.Std[color])
                        : 0
                ),
        ];
        using var session = new InferenceSession(bytes);
        using var results = session.Run([
            NamedOnnxValue.CreateFromTensor("pixels", new DenseTensor<float>(theirs, [1, 3, Side, Side])),
        ]);
        float[] expected = [.. results[0].AsEnumerable<float>()];

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        PerceptionConfig config = SmallResNet.Config(bottleneck);
        var net = OnnxResNet.Of(OnnxFile.Read(bytes), Blue, Std);
        var encoder = new ResNetEncoder(config, Placement.Default);
        Assert.Equal(config.EncoderDepths, net.Depths);
        Assert.Equal(encoder.named_parameters().Select(p => p.name).Order(), net.Weights.Keys.Order());
        foreach (var (name, parameter) in encoder.named_parameters())
        {
            parameter.copy_(tensor(net.Weights[name].Values).view(parameter.shape));
        }

        Tensor[] stages = encoder.Encode(tensor(pixels).view(1, 3, Side, Side));
        Assert.Equal(config.EncoderStrides.Select(stride => (long)Side / stride), stages.Select(stage => stage.shape[3]));
        Assert.Equal(config.EncoderWidths.Select(width => (long)width), stages.Select(stage => stage.shape[1]));
        float[] actual = [.. stages[^1].contiguous().data<float>()];
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        Assert.True(largest > 0.1);
        Assert.All(
            expected.Zip(actual),
            pair => Assert.InRange(pair.Second, pair.First - (1e-4 * largest), pair.First + (1e-4 * largest))
        );
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_but_never_break()
    {
        byte[] whole = SmallResNet.Write(bottleneck: false, norms: true, raw: true);
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = [.. whole.AsSpan(0, i % 3 == 0 ? random.Next(whole.Length) : whole.Length)];
            for (int flips = random.Next(1, 8); flips > 0 && damaged.Length > 0; flips--)
            {
                // Half of them where the structure is rather than among weights.
                damaged[random.Next(2) == 0 ? random.Next(damaged.Length) : random.Next(Math.Min(4096, damaged.Length))] = (byte)
                    random.Next(256);
            }

            try
            {
                OnnxResNet.Of(OnnxFile.Read(damaged), Blue, Std);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 400);
    }

    [Fact]
    public void Sizes_that_the_file_cannot_hold_take_no_memory()
    {
        byte[] huge =
        [
            .. OnnxWriter.Number(1, 1L << 20),
            .. OnnxWriter.Number(1, 1L << 20),
            .. OnnxWriter.Number(2, 1),
            .. OnnxWriter.Text(8, "w"),
        ];
        byte[] file = OnnxWriter.Block(7, OnnxWriter.Block(5, huge));
        Assert.Contains("'w'", Assert.Throws<InvalidDataException>(() => OnnxFile.Read(file)).Message, StringComparison.Ordinal);
        byte[] longer = [.. OnnxWriter.Varint((7 << 3) | 2), .. OnnxWriter.Varint(ulong.MaxValue), 1, 2, 3];
        Assert.Throws<InvalidDataException>(() => OnnxFile.Read(longer));
        Assert.Throws<InvalidDataException>(() => OnnxFile.Read([]));
    }

    [Fact]
    public void What_is_no_ResNet_is_refused_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("net.onnx", new OnnxWriter().Node("Relu", ["pixels"], "y").File("pixels", "y"));
        var error = Assert.Throws<OmgLlavaException>(() => OnnxResNet.Load(path, Blue, Std));
        Assert.Contains("is not a ResNet that can be read: it has no convolution", error.Message, StringComparison.Ordinal);
        Assert.Throws<OmgLlavaException>(() => OnnxResNet.Load(folder.Write("text.onnx", "hello"u8.ToArray()), Blue, Std));
        Assert.Throws<OmgLlavaException>(() => OnnxResNet.Load(folder["none.onnx"], Blue, Std));
    }
}
