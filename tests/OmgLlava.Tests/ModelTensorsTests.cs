using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests;

/// <summary>The list of tensors comes from the code that reads them; training's modules must have the same.</summary>
public sealed class ModelTensorsTests
{
    private static readonly OmgLlavaConfig Nano = ModelDirectory.ReadConfig(Path.Combine(Repository.Root, "models", "nano-drawn"));
    private static readonly OmgLlavaConfig Tiny = ModelPreset.Find("tiny").Config;

    public static TheoryData<string> Models => [.. Configs.Keys];

    private static Dictionary<string, OmgLlavaConfig> Configs =>
        new()
        {
            ["nano"] = Nano,
            ["nano with a ResNet"] = Nano with { Perception = Nano.Perception with { Encoder = EncoderKind.ResNet } },
            ["nano with bottlenecks"] = Nano with
            {
                Perception = Nano.Perception with { Encoder = EncoderKind.ResNetBottleneck },
            },
            ["tiny"] = Tiny,
            ["published"] = ModelPreset.Find("omg-llava-7b").Config,
            ["class scores and normalised tokens"] = Nano with
            {
                Perception = Nano.Perception with { ClassScores = true },
                Alignment = Nano.Alignment with { ClassScores = Nano.Perception.Classes, TokenNorm = true },
            },
            ["two mask decoders"] = Tiny with { Alignment = Tiny.Alignment with { SeparateMaskDecoder = true } },
            ["adapters"] = Tiny with { Lora = new LoraConfig { Rank = 4 } },
            ["tied head"] = Tiny with
            {
                Language = Tiny.Language with { TieWordEmbeddings = true },
                Lora = new LoraConfig { Rank = 4 },
            },
            ["Qwen2"] = Tiny with
            {
                Language = Tiny.Language with { ModelType = "qwen2" },
                Lora = new LoraConfig { Rank = 4 },
            },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void The_engine_asks_for_the_tensors_that_the_modules_have(string name)
    {
        OmgLlavaConfig config = Configs[name];
        TorchRuntime.Initialize();
        var nowhere = new Placement(ScalarType.Float32, META);
        using var network = new OmgLlavaNetwork(config, nowhere, nowhere);
        string[] expected =
        [
            .. network.Tensors().Select(t => Text(TorchTensors.Describe(t.Name, t.Tensor))).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(expected, ModelTensors.Describe(config).Select(Text).Order(StringComparer.Ordinal));

        static string Text(TensorInfo info) => $"{info.Name} {info.ShapeText}";
    }
}
