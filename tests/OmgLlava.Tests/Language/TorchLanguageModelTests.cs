using OmgLlava.Language;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Language;

public class TorchLanguageModelTests
{
    [Fact]
    public void A_cache_gives_what_the_whole_sequence_gives()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using TorchLanguageModel model = SmallLanguage.Model();
        Tensor prompt = SmallLanguage.Prompt(70); // more than the cache holds at first
        Tensor whole = model.Forward(prompt, attentionMask: null, positions: null);
        using IKeyValueCache cache = model.CreateCache();
        Tensor[] pieces = [Feed(0, 5), Feed(5, 60), Feed(65, 1), Feed(66, 4)];
        Assert.Equal(70, cache.Length);
        SmallLanguage.AssertClose(whole, cat(pieces, dim: 1));

        // Forgetting the end and going on from there.
        cache.Truncate(30);
        SmallLanguage.AssertClose(whole.narrow(1, 30, 40), Feed(30, 40));

        Tensor Feed(int start, int count) => model.Forward(prompt.narrow(1, start, count), cache);
    }

    [Fact]
    public void Padding_on_the_left_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using TorchLanguageModel model = SmallLanguage.Model();
        Tensor prompt = SmallLanguage.Prompt(6);
        Tensor alone = model.Forward(prompt, attentionMask: null, positions: null);
        using IKeyValueCache cache = model.CreateCache(0, 3);
        Tensor batch = cat([SmallLanguage.Prompt(9, seed: 2), cat([zeros(1, 3, 32), prompt], dim: 1)]);
        SmallLanguage.AssertClose(alone, model.Forward(batch, cache).narrow(0, 1, 1).narrow(1, 3, 6));
    }

    /// <summary>Two conversations behind one beginning: each comes out as it does alone.</summary>
    [Fact]
    public void Conversations_that_share_a_beginning_know_nothing_of_each_other()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using TorchLanguageModel model = SmallLanguage.Model();
        (Tensor shared, Tensor first, Tensor second) = (
            SmallLanguage.Prompt(5),
            SmallLanguage.Prompt(4, seed: 2),
            SmallLanguage.Prompt(3, seed: 3)
        );
        Tensor together = model.Forward(
            cat([shared, first, second], dim: 1),
            tensor([1L, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3]).unsqueeze(0),
            tensor([0L, 1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7]).unsqueeze(0)
        );
        SmallLanguage.AssertClose(Alone(first), together.narrow(1, 5, 4));
        SmallLanguage.AssertClose(Alone(second), together.narrow(1, 9, 3));

        Tensor Alone(Tensor behind) =>
            model
                .Forward(cat([shared, behind], dim: 1), attentionMask: null, positions: null)
                .narrow(1, 5, behind.shape[1]);
    }

    /// <summary>With one key head the shares are all the attention there is, so that values added up by them must give what the
    /// layer adds.</summary>
    [Fact]
    public void Attention_shares_are_those_that_the_layer_uses()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using TorchLanguageModel model = SmallLanguage.Model(SmallLanguage.Config with { KeyValueHeads = 1, Layers = 2 });
        Dictionary<string, Tensor> weights = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        weights["layers.0.feed_forward.w2.weight"].FillInPlace(0);
        Tensor prompt = cat([SmallLanguage.Prompt(9), SmallLanguage.Prompt(9, seed: 2)]);
        Tensor mask = ones(2, 9);
        mask[1, 7..].FillInPlace(0);
        Tensor positions = ScalarArithmetic.Arange(9, int64, null).expand(2, 9);
        var inputs = new List<Tensor>();
        model.Forward(prompt, mask, positions, inputs);

        Tensor shares = model.AttentionShares(0, inputs[0], mask, positions); // (2, 4, 9, 9)
        Tensor normalized = prompt.div(prompt.mul(prompt).mean([-1], keepdim: true).Add(SmallLanguage.Config.NormEpsilon).sqrt());
        // (2, 1, 9, 8): four queries, a key, the value
        Tensor values = normalized.matmul(weights["layers.0.attention.wqkv.weight"].t()).narrow(2, 5 * 8, 8).unsqueeze(1);
        Tensor attended = shares.matmul(values).transpose(1, 2).flatten(2).matmul(weights["layers.0.attention.wo.weight"].t());
        SmallLanguage.AssertClose(inputs[1].narrow(1, 0, 7), prompt.add(attended).narrow(1, 0, 7));
        SmallLanguage.AssertClose(ones(2, 4, 9), shares.sum(-1));
        Assert.Equal(0, shares[1, 0, 6, 7].item<float>());
    }

    [Fact]
    public void Adapters_take_part_when_attached_and_leave_no_trace_when_detached()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using TorchLanguageModel model = SmallLanguage.Model();
        Tensor prompt = SmallLanguage.Prompt(5);
        Tensor before = Run();
        using var adapters = new LoraAdapters(
            model,
            new LoraConfig
            {
                Rank = 4,
                Alpha = 8,
                Dropout = 0,
            },
            Placement.Default
        );
        adapters.Initialize(new Generator(3));
        model.Attach(adapters);
        SmallLanguage.AssertClose(before, Run(), 0); // B is zero
        foreach (var parameter in adapters.parameters())
        {
            parameter.normal_(0, 0.1, new Generator(5));
        }

        Tensor attached = Run();
        Assert.True(attached.sub(before).abs().max().item<float>() > 0.01f);
        model.Detach();
        SmallLanguage.AssertClose(before, Run(), 0);
        model.Merge(adapters);
        SmallLanguage.AssertClose(attached, Run(), 1e-4);

        Tensor Run() => model.Logits(model.Forward(prompt, attentionMask: null, positions: null));
    }

    [Fact]
    public void A_cache_of_another_executor_is_refused()
    {
        using TorchLanguageModel model = SmallLanguage.Model();
        using Tensor prompt = SmallLanguage.Prompt(2);
        Assert.Throws<ArgumentException>(() => model.Forward(prompt, new ForeignCache()));
    }

    [Theory]
    [InlineData(30, 4, 2, "multiple of num_attention_heads")]
    [InlineData(32, 4, 3, "multiple of num_key_value_heads")]
    [InlineData(12, 4, 2, "must be even")]
    public void Shapes_that_do_not_fit_together_are_refused(int width, int heads, int keyValueHeads, string reason)
    {
        LanguageConfig config = SmallLanguage.Config with { HiddenSize = width, Heads = heads, KeyValueHeads = keyValueHeads };
        Assert.Contains(reason, Assert.Throws<OmgLlavaException>(config.Validate).Message, StringComparison.Ordinal);
    }

    private sealed class ForeignCache : IKeyValueCache
    {
        public int Length => 0;

        public void Truncate(int length) { }

        public void Dispose() { }
    }
}
