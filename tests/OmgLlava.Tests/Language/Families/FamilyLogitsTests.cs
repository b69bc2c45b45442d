using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using OmgLlava.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Language.Families;

/// <summary>Every family, read in its published layout and run by both executors, beside what llama.cpp computes of the same
/// weights.</summary>
public sealed class FamilyLogitsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases() => [.. PublishedCase.Names];

    [Theory, MemberData(nameof(Cases))]
    public void Scores_are_those_of_llama_cpp(string name)
    {
        var model = PublishedCase.Create(name);
        model.Write(_folder);
        (LanguageConfig config, ITensorSource weights) = PublishedCase.Read(_folder.Path);
        using ITensorSource ours = new OurNames(weights);
        using TorchLanguageModel torchs = Torch(config, ours);
        using var noGradient = no_grad();
        Tensor ids = tensor(model.Tokens).unsqueeze(0);
        // (T, vocabulary)
        Tensor plain = torchs.Logits(torchs.Forward(torchs.Embed(ids), attentionMask: null, positions: null))[0];
        AssertKept(model, plain, 5e-4);

        using CpuLanguageModel engine = Engine(config, ours, WeightFormat.Float32);
        Tensor fast = Whole(engine, ids);
        AssertKept(model, fast, 5e-4);
        AssertNear(plain, fast, 1e-5);

        using CpuLanguageModel rounded = Engine(config, ours, WeightFormat.Int8);
        AssertNear(plain, Whole(rounded, ids), 0.1);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Word_by_word_is_the_same_as_at_once(string name)
    {
        var model = PublishedCase.Create(name);
        model.Write(_folder);
        (LanguageConfig config, ITensorSource weights) = PublishedCase.Read(_folder.Path);
        using ITensorSource ours = new OurNames(weights);
        using TorchLanguageModel torchs = Torch(config, ours);
        using CpuLanguageModel engine = Engine(config, ours, WeightFormat.Float32);
        using var noGradient = no_grad();
        Tensor ids = tensor(model.Tokens.Take(20).ToArray()).unsqueeze(0);
        Tensor whole = Whole(engine, ids);
        foreach (ILanguageModel executor in (ILanguageModel[])[new TorchLanguage(torchs), engine])
        {
            using IKeyValueCache cache = executor.CreateCache();
            Tensor[] steps =
            [
                .. Enumerable
                    .Range(0, 20)
                    .Select(i => executor.Logits(executor.Forward(executor.Embed(ids.narrow(1, i, 1)), cache))[0]),
            ];
            AssertNear(whole, cat(steps, dim: 0), 1e-5);
        }
    }

    [Fact]
    public void A_window_hides_what_is_further_back()
    {
        const int Window = 70;
        var model = PublishedCase.Create("phi3_long");
        model.Config["sliding_window"] = Window;
        model.Write(_folder);
        (LanguageConfig config, ITensorSource weights) = PublishedCase.Read(_folder.Path);
        using ITensorSource ours = new OurNames(weights);
        LanguageConfig shallow = config with { Layers = 1 };
        using CpuLanguageModel engine = Engine(shallow, ours, WeightFormat.Float32);
        using CpuLanguageModel open = Engine(shallow with { SlidingWindow = null }, ours, WeightFormat.Float32);
        using TorchLanguageModel torchs = Torch(config, ours);
        using CpuLanguageModel deep = Engine(config, ours, WeightFormat.Float32);
        using var noGradient = no_grad();

        // With one layer the last place sees its window and nothing else, which is as if the prompt began there: RoPE knows only
        // distances.
        Tensor ids = tensor(model.Tokens).unsqueeze(0);
        Tensor seen = Whole(engine, ids)[-1];
        AssertNear(Whole(open, ids.narrow(1, 100 - Window, Window))[-1], seen, 1e-4);
        Assert.True(seen.sub(Whole(open, ids)[-1]).abs().max().item<float>() > 0.01);

        // Both executors agree, and one word at a time is the same as all at once.
        Tensor all = Whole(deep, ids);
        AssertNear(torchs.Logits(torchs.Forward(torchs.Embed(ids), attentionMask: null, positions: null))[0], all, 1e-5);
        using IKeyValueCache cache = torchs.CreateCache();
        torchs.Forward(torchs.Embed(ids.narrow(1, 0, 99)), cache);
        AssertNear(all[-1], torchs.Logits(torchs.Forward(torchs.Embed(ids.narrow(1, 99, 1)), cache))[0, 0], 1e-5);
    }

    [Fact]
    public void A_part_of_a_head_can_turn()
    {
        var model = PublishedCase.Create("llama_linear");
        model.Config["model_type"] = "phi3";
        model.Write(_folder);
        LanguageConfig config = SmallLanguage.Config with { PartialRotaryFactor = 0.5 };
        using TorchLanguageModel torchs = SmallLanguage.Model(config);
        using var noGradient = no_grad();
        string path = _folder["part.safetensors"];
        TorchTensors.Write(path, torchs.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter));
        using var file = SafetensorsFile.Open(path);
        using var engine = CpuLanguageModel.Load(
            file,
            "",
            config,
            torchs.EmbeddingRows,
            QuantizationConfig.All(WeightFormat.Float32)
        );
        Tensor prompt = SmallLanguage.Prompt(30);
        Tensor expected = torchs.Forward(prompt, attentionMask: null, positions: null);
        using IKeyValueCache cache = engine.CreateCache();
        AssertNear(expected, engine.Forward(prompt, cache), 1e-5);
        using TorchLanguageModel whole = SmallLanguage.Model();
        Assert.True(expected.sub(whole.Forward(prompt, attentionMask: null, positions: null)).abs().max().item<float>() > 0.01);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _scope.Dispose();
    }

    private static TorchLanguageModel Torch(LanguageConfig config, ITensorSource weights)
    {
        var model = new TorchLanguageModel(config, config.VocabularySize, Placement.Default);
        foreach ((string name, var parameter) in model.named_parameters())
        {
            weights.ReadInto(name, parameter);
        }

        Assert.Equal(weights.Tensors.Keys.Order(), model.named_parameters().Select(p => p.name).Order());
        return model;
    }

    private static CpuLanguageModel Engine(LanguageConfig config, ITensorSource weights, WeightFormat format) =>
        CpuLanguageModel.Load(
            weights,
            "",
            config,
            config.VocabularySize,
            QuantizationConfig.All(format),
            new CpuOptions { Cache = CacheFormat.Float32, Threads = 2 }
        );

    private static Tensor Whole(CpuLanguageModel engine, Tensor ids)
    {
        using IKeyValueCache cache = engine.CreateCache();
        return engine.Logits(engine.Forward(engine.Embed(ids), cache))[0];
    }

    private static void AssertKept(PublishedCase model, Tensor logits, double tolerance)
    {
        foreach ((int position, float[] expected) in KeptLogits.Positions(model).Zip(KeptLogits.Read(model.Name)))
        {
            float[] actual = KeptLogits.Some([.. logits[position].cpu().data<float>()]);
            double error = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
            Assert.True(error <= tolerance, $"{model.Name}, position {position}: differs by up to {error}");
        }
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        double error = expected.sub(actual).norm().item<float>() / expected.norm().item<float>();
        Assert.True(error <= tolerance, $"differ by {error} of their size");
    }

    /// <summary>The tensors that the conversion reads, by the names that executors use.</summary>
    private sealed class OurNames(ITensorSource source) : ITensorSource
    {
        private readonly Dictionary<string, string> _names = source.Tensors.Keys.ToDictionary(name =>
            InternLm2Keys.FromPublished(name)!
        );

        public string Path => source.Path;

        public IReadOnlyDictionary<string, TensorInfo> Tensors =>
            _names.ToDictionary(n => n.Key, n => source.Tensors[n.Value] with { Name = n.Key });

        public void CopyTo(string name, Span<byte> destination) => source.CopyTo(_names[name], destination);

        public void Dispose() => source.Dispose();
    }
}
