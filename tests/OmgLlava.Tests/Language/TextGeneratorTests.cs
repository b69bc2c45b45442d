using OmgLlava.Language;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Language;

public sealed class TextGeneratorTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TorchLanguageModel _model = SmallLanguage.Model();
    private readonly Tokenizer _tokenizer = SmallLanguage.Tokenizer();

    private TextGenerator Generator => new(new TorchLanguage(_model), _tokenizer, ["<|im_end|>"]);

    [Fact]
    public void A_batch_gives_each_prompt_what_it_gets_alone()
    {
        Tensor[] prompts = [.. ((int[])[3, 11, 7]).Select((length, i) => SmallLanguage.Prompt(length, seed: i + 1))];
        foreach (
            GenerationOptions options in (GenerationOptions[])
                [
                    new() { MaxNewTokens = 12 },
                    new()
                    {
                        MaxNewTokens = 12,
                        Temperature = 2,
                        Seed = 3,
                    },
                ]
        )
        {
            var batch = Generator
                .GenerateBatch([.. prompts.Select(prompt => prompt[0])], options)
                .Where(step => step.Hidden is null)
                .ToLookup(step => step.Row, step => step.Token);
            for (int row = 0; row < prompts.Length; row++)
            {
                Assert.Equal(Answer(prompts[row], options), batch[row]);
            }
        }
    }

    [Fact]
    public void A_seed_repeats_an_answer_and_no_seed_varies_it()
    {
        var options = new GenerationOptions { MaxNewTokens = 20, Temperature = 5 };
        Tensor prompt = SmallLanguage.Prompt(4);
        Assert.Equal(Answer(prompt, options with { Seed = 8 }), Answer(prompt, options with { Seed = 8 }));
        Assert.NotEqual(Answer(prompt, options with { Seed = 8 }), Answer(prompt, options with { Seed = 9 }));
        Assert.NotEqual(Answer(prompt, options), Answer(prompt, options));
    }

    [Fact]
    public void An_answer_that_begins_as_its_form_is_that_form_and_another_one_is_free()
    {
        var options = new GenerationOptions { MaxNewTokens = 8 };
        Tensor prompt = SmallLanguage.Prompt(4);
        int[] free = Answer(prompt, options);
        int other = free[1] == 7 ? 8 : 7;
        int end = _tokenizer.Id("<|im_end|>");
        Assert.Equal([free[0], other, other, end], Answer(prompt, options, [free[0], other, other, end]));
        Assert.Equal(free, Answer(prompt, options, [free[0] + 1, other, other, end]));
    }

    [Fact]
    public void Drawing_from_one_token_is_greedy()
    {
        var greedy = new GenerationOptions { MaxNewTokens = 15 };
        Tensor prompt = SmallLanguage.Prompt(4);
        Assert.Equal(Answer(prompt, greedy), Answer(prompt, greedy with { Temperature = 3, TopK = 1 }));
        Assert.Equal(Answer(prompt, greedy), Answer(prompt, greedy with { Temperature = 3, TopP = 1e-9 }));
    }

    [Fact]
    public void The_cache_holds_the_prompt_and_all_tokens_but_the_last()
    {
        using IKeyValueCache cache = _model.CreateCache();
        int tokens = Generator
            .Generate(SmallLanguage.Prompt(4), cache, new GenerationOptions { MaxNewTokens = 9 })
            .Count(step => step.Hidden is null);
        Assert.Equal(4 + tokens - 1, cache.Length);
    }

    [Fact]
    public void An_answer_stops_at_a_stop_text()
    {
        Tensor prompt = SmallLanguage.Prompt(4);
        int[] all = Answer(prompt, new GenerationOptions { MaxNewTokens = 20 });
        int at = Array.FindIndex(all, 2, id => _tokenizer.Decode([id]).All(char.IsAsciiLetterOrDigit));
        string stop = _tokenizer.Decode([all[at]]);
        int[] stopped = Answer(prompt, new GenerationOptions { MaxNewTokens = 20, StopTexts = [stop] });
        Assert.True(stopped.Length <= at + 1, $"{stopped.Length} tokens");
        Assert.EndsWith(stop, _tokenizer.Decode(stopped), StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_ends_where_the_context_ends()
    {
        using IKeyValueCache cache = _model.CreateCache();
        int tokens = Generator
            .Generate(SmallLanguage.Prompt(250), cache, new GenerationOptions { MaxNewTokens = 200 })
            .Count(step => step.Hidden is null);
        Assert.InRange(tokens, 1, 6);
    }

    [Fact]
    public void A_conversation_that_does_not_fit_is_refused_before_it_is_computed()
    {
        using IKeyValueCache cache = _model.CreateCache();
        var error = Assert.Throws<OmgLlavaException>(() =>
            Generator.Generate(SmallLanguage.Prompt(256), cache, new GenerationOptions()).ToList()
        );
        Assert.Contains("256 tokens, but the model takes 256", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, cache.Length);
    }

    [Fact]
    public void Cancelling_stops_between_tokens()
    {
        using var source = new CancellationTokenSource();
        using IKeyValueCache cache = _model.CreateCache();
        int tokens = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (
                GenerationEvent step in Generator.Generate(
                    SmallLanguage.Prompt(4),
                    cache,
                    new GenerationOptions(),
                    cancellation: source.Token
                )
            )
            {
                tokens += step.Hidden is null ? 1 : 0;
                if (tokens == 3)
                {
                    source.Cancel();
                }
            }
        });
        Assert.Equal(3, tokens);
    }

    [Fact]
    public void Options_outside_their_range_are_named()
    {
        foreach (
            (GenerationOptions options, string reason) in ((GenerationOptions, string)[])
                [
                    (new() { MaxNewTokens = 0 }, "most new tokens"),
                    (new() { Temperature = -1 }, "temperature"),
                    (new() { TopK = -1 }, "top-k"),
                    (new() { TopP = 0 }, "top-p"),
                    (new() { RepetitionPenalty = 0 }, "repetition penalty"),
                    (new() { StopTexts = [""] }, "stop text"),
                ]
        )
        {
            Assert.Contains(reason, Assert.Throws<OmgLlavaException>(options.Validate).Message, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    private int[] Answer(Tensor prompt, GenerationOptions options, IReadOnlyList<int>? form = null)
    {
        using IKeyValueCache cache = _model.CreateCache();
        return
        [
            .. Generator
                .Generate(prompt.ToEngine(), cache, options, form)
                .Where(step => step.Hidden is null)
                .Select(step => step.Token),
        ];
    }
}
