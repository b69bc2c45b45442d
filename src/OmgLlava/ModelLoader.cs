using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;
using OmgLlava.Words;

namespace OmgLlava;

/// <summary>Loads a model directory, see <see cref="OmgLlavaModel.Load"/>.</summary>
internal static class ModelLoader
{
    /// <param name="directory">The model directory.</param>
    /// <param name="options">Device, element types, progress.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="OmgLlavaException">The directory is missing, damaged or inconsistent, or the model does not fit into
    /// memory.</exception>
    public static ModelParts Load(string directory, LoadOptions options, CancellationToken cancellation)
    {
        TorchLibrary.RequireDevice(options.Device);
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        var tokenizer = Tokenizer.Load(directory);
        ModelWords? words = ModelWords.Load(directory);
        RequireVocabulary(directory, config, tokenizer);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        TensorAccount.Of(ModelTensors.Describe(config), weights.Tensors).ThrowIfWrong(weights.Path);
        var choice = EngineChoice.For(directory, config, ModelMemory.StoredType(weights), options);
        RequireMemory(directory, ModelMemory.Estimate(config, weights, choice), options);

        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        long total = Math.Max(1, weights.Tensors.Values.Sum(info => info.ByteCount));
        long others = total - weights.Tensors.Values.Where(info => ModelMemory.IsLanguage(info.Name)).Sum(info => info.ByteCount);
        var seeing = new ByteShare(options.Progress, 0, total);
        ThreadTeam? team = null;
        IVisionModel? vision = null;
        ILanguageModel? language = null;
        ITorchLibrary? torch = null;
        try
        {
            if (choice.TorchReason is { } reason)
            {
                torch = TorchLibrary.Require(reason);
                (vision, language) = torch.Load(
                    config,
                    weights,
                    options.Device,
                    choice.VisionType,
                    choice.Language == LanguageEngine.Torch ? choice.LanguageType : null,
                    seeing,
                    cancellation
                );
            }
            else
            {
                team = new ThreadTeam(threads);
                var kernels = Kernels.For(InstructionSets.Choose(null), team); // the language model tells what is missing
                var reader = new WeightReader(weights, kernels, seeing, cancellation);
                vision = new VisionModel(reader, config.Perception, config.Alignment, config.Image);
                MemoryPool.Trim(); // what matrices were before they were packed
            }

            ITensorSource merged = config.Lora is null ? weights : new MergedTensors(weights, config.Lora);
            language ??= CpuLanguageModel.Load(
                merged,
                "language.",
                config.Language,
                config.EmbeddingRows,
                config.Quantization ?? Plain(choice.LanguageType),
                new CpuOptions { Threads = options.Threads, Notes = options.Notes },
                new ByteShare(options.Progress, others, total),
                cancellation
            );
            return new ModelParts(config, vision, language, tokenizer, threads)
            {
                WeightsHash = ModelDirectory.WeightsHash(directory),
                Words = words,
                Team = team,
                Torch = torch,
            };
        }
        catch
        {
            vision?.Dispose();
            language?.Dispose();
            team?.Dispose();
            throw;
        }
    }

    private static void RequireMemory(string directory, MemoryBudget budget, LoadOptions options)
    {
        if (!budget.Fits && !options.IgnoreMemory)
        {
            throw new OmgLlavaException(
                $"'{directory}' {budget}; close other programs, use a smaller element type, or load it all the same with "
                    + $"--ignore-memory."
            );
        }
    }

    private static QuantizationConfig Plain(ElementType type) =>
        QuantizationConfig.All(type == ElementType.BFloat16 ? WeightFormat.BFloat16 : WeightFormat.Float32);

    private static void RequireVocabulary(string directory, OmgLlavaConfig config, Tokenizer tokenizer)
    {
        int highest = Tokenizer.AddedTokens.Take(4).Max(tokenizer.Id); // <mark> needs no row: it is never generated
        if (highest >= config.EmbeddingRows || tokenizer.Count > config.EmbeddingRows + Tokenizer.AddedTokens.Count)
        {
            throw new OmgLlavaException(
                $"The tokenizer in '{directory}' has {tokenizer.Count} tokens, but the model has {config.EmbeddingRows} "
                    + $"embedding rows; they do not belong together."
            );
        }
    }

    private sealed class ByteShare(IProgress<double>? progress, long before, long total) : IProgress<long>
    {
        public void Report(long value) => progress?.Report((double)(before + value) / total);
    }
}
