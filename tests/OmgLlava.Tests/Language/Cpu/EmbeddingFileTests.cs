using OmgLlava.Conversion;
using OmgLlava.Engine;
using OmgLlava.Language.Cpu;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Language.Cpu;

/// <summary>A packed token embedding takes no memory: rows come from the file, and are the same.</summary>
public sealed class EmbeddingFileTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_are_those_of_memory(bool four)
    {
        (string directory, OmgLlavaConfig config) = Packed(four ? WeightFormat.Int4 : WeightFormat.Int8);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        using CpuLanguageModel stored = Load(weights, config),
            held = Load(new Unplaced(weights), config);
        Assert.IsType<EmbeddingFile>(stored.Embedding);
        Assert.IsType<Matrix>(held.Embedding);
        int[] ids = [0, config.EmbeddingRows - 1, 17, 16, 15, 17];
        using Tensor one = stored.Embed(ids),
            other = held.Embed(ids);
        Assert.Equal(other.Span.ToArray(), one.Span.ToArray());
        Assert.InRange(stored.WeightBytes, 1, held.WeightBytes - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => stored.Embed([config.EmbeddingRows]));
    }

    [Fact]
    public void A_file_that_was_cut_off_meanwhile_is_told_in_one_sentence()
    {
        (string directory, OmgLlavaConfig config) = Packed(WeightFormat.Int8);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        using CpuLanguageModel model = Load(weights, config);
        using (FileStream file = new(weights.FileOf("language.norm.weight"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(100);
        }

        string message = Assert.Throws<OmgLlavaException>(() => model.Embed([3])).Message;
        Assert.Contains("became shorter while it was in use", message, StringComparison.Ordinal);
    }

    private (string Directory, OmgLlavaConfig Config) Packed(WeightFormat format)
    {
        string output = _folder[$"packed-{format}"];
        QuantizationConfig quantization = QuantizationConfig
            .All(format)
            .For(ModelDirectory.ReadConfig(tiny.Directory).Language);
        ModelQuantizer.Write(tiny.Directory, output, quantization, cancellation: TestContext.Current.CancellationToken);
        return (output, ModelDirectory.ReadConfig(output));
    }

    private static CpuLanguageModel Load(ITensorSource weights, OmgLlavaConfig config) =>
        CpuLanguageModel.Load(weights, "language.", config.Language, config.EmbeddingRows, config.Quantization);

    /// <summary>Tensors of which nobody is told where they lie.</summary>
    private sealed class Unplaced(ITensorSource source) : ITensorSource
    {
        public string Path => source.Path;

        public IReadOnlyDictionary<string, TensorInfo> Tensors => source.Tensors;

        public void CopyTo(string name, Span<byte> destination) => source.CopyTo(name, destination);

        public void Dispose() { }
    }
}
