using OmgLlava.Engine;
using OmgLlava.Perception;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using OmgLlava.Vision;
using static TorchSharp.torch;
using EngineTensor = OmgLlava.Engine.Tensor;
using ModuleEncoder = OmgLlava.Torch.Perception.ResNetEncoder;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Tests.Vision;

/// <summary>The ResNet on the engine beside the TorchSharp module, with random weights.</summary>
public sealed class ResNetEncoderTests : IDisposable
{
    private readonly ThreadTeam _team = new(2);

    public void Dispose() => _team.Dispose();

    [Theory]
    [InlineData(nameof(EncoderKind.ResNet), new[] { 2, 2, 2, 2 })]
    [InlineData(nameof(EncoderKind.ResNet), new[] { 3, 4, 6, 3 })]
    [InlineData(nameof(EncoderKind.ResNetBottleneck), new[] { 3, 4, 6, 3 })]
    [InlineData(nameof(EncoderKind.ResNetBottleneck), new[] { 1, 2, 1, 1 })]
    public void It_encodes_as_the_module_does(string name, int[] depths)
    {
        EncoderKind kind = Enum.Parse<EncoderKind>(name);
        int expansion = kind == EncoderKind.ResNetBottleneck ? 4 : 1;
        var config = new PerceptionConfig
        {
            Encoder = kind,
            EncoderWidths = [16 * expansion, 20 * expansion, 24 * expansion, 40 * expansion],
            EncoderDepths = depths,
            ClipHiddenWidth = 24,
        };
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var module = new ModuleEncoder(config, Placement.Default);
        using var generator = new Generator(7);
        foreach (var (_, parameter) in module.named_parameters())
        {
            double deviation = parameter.dim() == 1 ? 0.1 : Math.Sqrt(1.5 / (parameter.numel() / parameter.shape[0]));
            parameter.copy_(randn(parameter.shape, generator: generator).mul(deviation));
        }

        using var weights = new ModuleTensors(
            module.named_parameters().Select(p => ("image_encoder." + p.name, (Tensor)p.parameter))
        );
        Tensor pixels = randn([1, 3, 96, 160], generator: generator);
        Tensor[] expected = module.Encode(pixels);
        foreach (InstructionSet width in InstructionSets.Supported)
        {
            var kernels = Kernels.For(width, _team);
            var reader = new WeightReader(weights, kernels);
            OmgLlava.Vision.IImageEncoder encoder = ImageEncoders.Read(reader.At("image_encoder"), config);
            Assert.Equal(
                weights.Tensors.Keys.Order(StringComparer.Ordinal),
                reader.Asked.Select(info => info.Name).Order(StringComparer.Ordinal)
            );
            using EngineTensor image = pixels[0].ToEngineMap();
            EngineTensor[] maps = encoder.Encode(kernels, image, default);
            foreach ((int s, EngineTensor map) in maps.Index())
            {
                Tensor actual = map.ToTorchMap();
                Assert.Equal(expected[s][0].shape, actual.shape);
                float scale = expected[s].abs().max().item<float>();
                Assert.InRange(scale, 0.1f, 1e4f); // the comparison is of something
                Assert.InRange(expected[s][0].sub(actual).abs().max().item<float>(), 0, 1e-5f * scale);
                map.Dispose();
            }

            foreach (IDisposable part in reader.Read)
            {
                part.Dispose();
            }
        }
    }

    [Fact]
    public void Encoding_stops_when_cancelled()
    {
        var config = new PerceptionConfig
        {
            Encoder = EncoderKind.ResNet,
            EncoderWidths = [8, 8, 8, 8],
            EncoderDepths = [1, 1, 1, 1],
            ClipHiddenWidth = 0,
        };
        using var scope = NewDisposeScope();
        using var weights = new ModuleTensors(
            new ModuleEncoder(config, Placement.Default).named_parameters().Select(p => (p.name, (Tensor)p.parameter))
        );
        var kernels = Kernels.For(InstructionSets.Best, _team);
        var encoder = new OmgLlava.Vision.ResNetEncoder(new WeightReader(weights, kernels), config);
        using EngineTensor image = EngineTensor.Zeros(64, 64, 3);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => encoder.Encode(kernels, image, source.Token));
    }
}
