using OmgLlava.Language;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Language;

/// <summary>A small InternLM2 with drawn weights, and a tokenizer of its size.</summary>
internal static class SmallLanguage
{
    public static LanguageConfig Config { get; } =
        new()
        {
            HiddenSize = 32,
            Layers = 3,
            Heads = 4,
            KeyValueHeads = 2,
            FeedForwardSize = 48,
            VocabularySize = 400,
            MaxPositions = 256,
        };

    public static TorchLanguageModel Model(LanguageConfig? config = null)
    {
        config ??= Config;
        var model = new TorchLanguageModel(config, config.VocabularySize + 4, Placement.Default);
        var random = new Generator(4);
        using var noGradient = no_grad();
        foreach ((string name, var parameter) in model.named_parameters())
        {
            if (name.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                parameter.FillInPlace(1);
            }
            else
            {
                parameter.normal_(0, 0.25, random);
            }
        }

        return model;
    }

    public static Tensor Prompt(int length, int seed = 1) =>
        randn([1, length, Config.HiddenSize], generator: new Generator((ulong)seed));

    public static Tokenizer Tokenizer()
    {
        using var folder = new TemporaryFolder();
        MadeUpVocabulary.Write(folder.Path, Config.VocabularySize);
        return OmgLlava.Language.Tokenizer.Load(folder.Path);
    }

    public static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = expected.sub(actual).abs().max().item<float>();
        Assert.True(error <= tolerance, $"differ by up to {error}");
    }
}
