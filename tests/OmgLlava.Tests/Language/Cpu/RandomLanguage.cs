using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Torch.Language;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Language.Cpu;

/// <summary>Random weights of any shape that are never written to a file.</summary>
internal sealed class RandomLanguage : ITensorSource
{
    private readonly LanguageConfig _config;
    private readonly RandomWeights _random = new(seed: 1);

    public RandomLanguage(LanguageConfig config)
    {
        _config = config;
        var nowhere = new OmgLlava.Torch.Layers.Placement(ScalarType.BFloat16, META);
        using var model = new TorchLanguageModel(config, config.VocabularySize, nowhere);
        Tensors = model
            .named_parameters()
            .ToDictionary(p => p.name, p => new TensorInfo(p.name, ElementType.BFloat16, p.parameter.shape));
    }

    public string Path => "random weights";

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    public void CopyTo(string name, Span<byte> destination) => _random.Fill(Tensors[name], destination);

    public void Dispose() { }

    public CpuLanguageModel Load(WeightFormat format, CpuOptions options) =>
        CpuLanguageModel.Load(this, "", _config, _config.VocabularySize, QuantizationConfig.All(format), options);
}
