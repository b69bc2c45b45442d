using System.Diagnostics;
using OmgLlava.Engine;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Tests.Language.Cpu;

/// <summary>The executor in C# beside the one in TorchSharp, on the same small model.</summary>
public sealed class CpuLanguageModelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();
    private readonly TorchLanguageModel _torch = SmallLanguage.Model();

    [Theory]
    [InlineData(WeightFormat.Float32, 1e-6)]
    [InlineData(WeightFormat.BFloat16, 0.01)]
    [InlineData(WeightFormat.Int8, 0.03)]
    [InlineData(WeightFormat.Int4, 0.5)]
    public void Hidden_states_and_scores_are_those_of_TorchSharp(WeightFormat format, double tolerance)
    {
        using CpuLanguageModel model = Load(format, new CpuOptions { Cache = CacheFormat.Float32 });
        using var noGradient = no_grad();
        Tensor prompt = SmallLanguage.Prompt(150);
        Tensor expected = _torch.Forward(prompt, attentionMask: null, positions: null);
        using IKeyValueCache cache = model.CreateCache();
        Tensor[] pieces =
        [
            .. ((int[])[100, 1, 1, 48])
                .Aggregate(
                    (At: 0, Parts: new List<Tensor>()),
                    (state, count) =>
                    {
                        state.Parts.Add(model.Forward(prompt.narrow(1, state.At, count), cache));
                        return (state.At + count, state.Parts);
                    }
                )
                .Parts,
        ];
        Tensor actual = cat(pieces, dim: 1);
        AssertNear(expected, actual, tolerance);
        Assert.Equal(150, cache.Length);
        AssertNear(_torch.Logits(expected), model.Logits(actual), tolerance);

        // Forgetting the end and going on from there.
        cache.Truncate(30);
        AssertNear(actual.narrow(1, 30, 120), model.Forward(prompt.narrow(1, 30, 120), cache), tolerance);
    }

    [Fact]
    public void Every_instruction_set_and_number_of_threads_gives_the_same_states()
    {
        Tensor? first = null;
        foreach (InstructionSet instructions in InstructionSets.Supported)
        {
            using CpuLanguageModel model = Load(
                WeightFormat.Int4,
                new CpuOptions { Instructions = instructions, Threads = 1 + (int)instructions }
            );
            using IKeyValueCache cache = model.CreateCache();
            Tensor states = model.Forward(SmallLanguage.Prompt(20), cache);
            first ??= states;
            SmallLanguage.AssertClose(first, states, 0);
        }
    }

    [Fact]
    public void Padding_on_the_left_changes_nothing()
    {
        using CpuLanguageModel model = Load(WeightFormat.Float32);
        Tensor prompt = SmallLanguage.Prompt(6);
        using IKeyValueCache alone = model.CreateCache();
        using IKeyValueCache cache = model.CreateCache(0, 70);
        Tensor batch = cat([SmallLanguage.Prompt(76, seed: 2), cat([zeros(1, 70, 32), prompt], dim: 1)]);
        SmallLanguage.AssertClose(
            model.Forward(prompt, alone),
            model.Forward(batch, cache).narrow(0, 1, 1).narrow(1, 70, 6),
            1e-4
        );
        SmallLanguage.AssertClose(
            model.Forward(prompt.narrow(1, 0, 1), alone),
            model.Forward(prompt.narrow(1, 0, 1).repeat(2, 1, 1), cache).narrow(0, 1, 1),
            1e-4
        );
    }

    [Fact]
    public void Keys_turn_as_in_TorchSharp_beyond_the_trained_positions()
    {
        using CpuLanguageModel model = Load(WeightFormat.Float32, new CpuOptions { Cache = CacheFormat.Float32 });
        using var noGradient = no_grad();
        Tensor prompt = SmallLanguage.Prompt(600); // 256 are trained; 512 make one pass
        using IKeyValueCache cache = model.CreateCache();
        SmallLanguage.AssertClose(
            _torch.Forward(prompt, attentionMask: null, positions: null),
            model.Forward(prompt, cache),
            1e-4
        );
    }

    [Fact]
    public void Embeddings_are_the_rows_of_the_table()
    {
        using CpuLanguageModel model = Load(WeightFormat.Float32);
        Tensor ids = tensor(
            new long[,]
            {
                { 3, 403, 0 },
                { 7, 3, 1 },
            }
        );
        SmallLanguage.AssertClose(_torch.Embed(ids), model.Embed(ids), 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Embed(tensor(new long[] { 404 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Embed(tensor(new long[] { -1 })));
    }

    [Fact]
    public void Conversations_run_side_by_side()
    {
        using CpuLanguageModel model = Load(WeightFormat.Int8, new CpuOptions { Threads = 3 });
        Tensor[] prompts = [.. Enumerable.Range(1, 4).Select(seed => SmallLanguage.Prompt(30, seed))];
        Tensor[] alone = [.. prompts.Select(Run)];
        Tensor[] together = new Tensor[4];
        Parallel.For(0, 4, i => together[i] = Run(prompts[i]).DetachFromDisposeScope());
        for (int i = 0; i < 4; i++)
        {
            SmallLanguage.AssertClose(alone[i], together[i], 0);
            together[i].Dispose();
        }

        Tensor Run(Tensor prompt)
        {
            using IKeyValueCache cache = model.CreateCache();
            return model.Forward(prompt, cache);
        }
    }

    [Fact]
    public void A_cache_of_another_model_is_refused()
    {
        using CpuLanguageModel model = Load(WeightFormat.Int4);
        using IKeyValueCache torchs = _torch.CreateCache();
        Assert.Throws<ArgumentException>(() => model.Forward(SmallLanguage.Prompt(2), torchs));
        using IKeyValueCache own = model.CreateCache();
        Assert.Throws<ArgumentException>(() => model.Forward(zeros(1, 2, 31), own));
        Assert.Throws<ArgumentException>(() => model.Forward(zeros(2, 2, 32), own));
    }

    [Fact]
    public async Task Cancelling_within_a_prompt_stops_at_once_and_gives_memory_back()
    {
        LanguageConfig config = SmallLanguage.Config with
        {
            HiddenSize = 512,
            Heads = 8,
            FeedForwardSize = 2048,
            Layers = 24,
            MaxPositions = 8192,
        };
        using var model = new RandomLanguage(config).Load(WeightFormat.Int8, new CpuOptions { Threads = 2 });
        using var cache = (CpuKvCache)model.CreateCache();
        using Tensor warm = model.Forward(randn(1, 3, 512), cache);
        long held = cache.ByteCount;
        using var source = new CancellationTokenSource();
        using Tensor prompt = randn(1, 4096, 512);
        long cancelled = 0;
        var cancelling = Task.Run(
            async () =>
            {
                await Task.Delay(100);
                cancelled = Stopwatch.GetTimestamp();
                await source.CancelAsync();
            },
            TestContext.Current.CancellationToken
        );
        Assert.ThrowsAny<OperationCanceledException>(() => model.Forward(prompt, cache, source.Token));
        long stopped = Stopwatch.GetTimestamp();
        await cancelling;
        TimeSpan late = Stopwatch.GetElapsedTime(cancelled, stopped);
        // alone a few milliseconds; the whole prompt takes seconds
        Assert.True(late < TimeSpan.FromSeconds(1), $"stopped {late.TotalMilliseconds} ms late");
        Assert.Equal(3, cache.Length);
        Assert.Equal(held, cache.ByteCount);
    }

    public void Dispose()
    {
        _torch.Dispose();
        _folder.Dispose();
        _scope.Dispose();
    }

    /// <summary>By the root mean square of the difference, as a share of that of the expected numbers.</summary>
    private static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        double error = expected.sub(actual).norm().item<float>() / expected.norm().item<float>();
        Assert.True(error <= tolerance, $"differ by {error} of their size");
    }

    private CpuLanguageModel Load(WeightFormat format, CpuOptions? options = null)
    {
        string path = _folder["language.safetensors"];
        TorchTensors.Write(path, _torch.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter));
        using var file = SafetensorsFile.Open(path);
        return CpuLanguageModel.Load(
            file,
            "",
            SmallLanguage.Config,
            _torch.EmbeddingRows,
            QuantizationConfig.All(format),
            options
        );
    }
}
