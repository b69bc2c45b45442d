using OmgLlava.Engine;

namespace OmgLlava.Language;

/// <summary>Generates answers, for one prompt or for a batch of prompts of different lengths.</summary>
internal sealed class TextGenerator
{
    private readonly ILanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly IReadOnlyList<string> _stopTexts;

    /// <param name="model">The language model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="stopTexts">Texts that end every answer, such as the end of a chat turn.</param>
    public TextGenerator(ILanguageModel model, Tokenizer tokenizer, IReadOnlyList<string> stopTexts) =>
        (_model, _tokenizer, _stopTexts) = (model, tokenizer, stopTexts);

    /// <summary>Generates one answer behind what the cache holds.</summary>
    /// <param name="prompt">(1, T, D): embeddings of the new part of the prompt.</param>
    /// <param name="cache">The conversation so far; afterwards it holds the prompt and every token but the last.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="form">The tokens that the answer has where it begins with the first of them; null for a free one.</param>
    /// <param name="cancellation">Stops between tokens and within the prompt; the cache then holds what was fed before.</param>
    /// <exception cref="OmgLlavaException">The prompt leaves no position for an answer, or the options do not fit.</exception>
    public IEnumerable<GenerationEvent> Generate(
        Tensor prompt,
        IKeyValueCache cache,
        GenerationOptions options,
        IReadOnlyList<int>? form = null,
        CancellationToken cancellation = default
    ) => Run(prompt, cache, options, [form], null, cancellation);

    /// <summary>Generates answers to several prompts at once; each gets what it would get alone.</summary>
    /// <param name="prompts">Each (T, D), of any lengths.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="cancellation">Stops between tokens and within the prompt; the cache then holds what was fed before.</param>
    /// <exception cref="OmgLlavaException">The longest prompt leaves no position for an answer, or the options do not
    /// fit.</exception>
    public IEnumerable<GenerationEvent> GenerateBatch(
        IReadOnlyList<Tensor> prompts,
        GenerationOptions options,
        CancellationToken cancellation = default
    ) => GenerateBatch(prompts, options, [.. prompts.Select(_ => (IReadOnlyList<int>?)null)], null, cancellation);

    /// <param name="prompts">Each (T, D), of any lengths.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="forms">The tokens that an answer has where it begins with the first of them; null for a free one.</param>
    /// <param name="stopped">Whether whoever reads the answer of a row wants no more of it; asked after each token of the
    /// row.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    internal IEnumerable<GenerationEvent> GenerateBatch(
        IReadOnlyList<Tensor> prompts,
        GenerationOptions options,
        IReadOnlyList<IReadOnlyList<int>?> forms,
        Func<int, bool>? stopped,
        CancellationToken cancellation
    )
    {
        int longest = prompts.Max(prompt => prompt.Rows);
        int[] padding = [.. prompts.Select(prompt => longest - prompt.Rows)];
        using Tensor batch = Tensor.Zeros(prompts.Count, longest, prompts[0].Width);
        foreach ((int row, Tensor prompt) in prompts.Index())
        {
            prompt.Span.CopyTo(
                batch.View(prompts.Count * longest, prompts[0].Width).Part((row * longest) + padding[row], prompt.Rows).Span
            );
        }

        using IKeyValueCache cache = _model.CreateCache(padding);
        foreach (GenerationEvent step in Run(batch, cache, options, forms, stopped, cancellation))
        {
            yield return step;
        }
    }

    private IEnumerable<GenerationEvent> Run(
        Tensor prompt,
        IKeyValueCache cache,
        GenerationOptions options,
        IReadOnlyList<IReadOnlyList<int>?> forms,
        Func<int, bool>? stopped,
        CancellationToken cancellation
    )
    {
        options.Validate();
        int length = cache.Length + prompt.Shape[1];
        int most = Math.Min(options.MaxNewTokens, _model.Config.MaxPositions - length);
        if (most < 1)
        {
            throw new OmgLlavaException(
                $"The conversation has {length} tokens, but the model takes {_model.Config.MaxPositions} with the answer; "
                    + $"start a new chat."
            )
            {
                Code = "context_length_exceeded",
            };
        }

        int rows = prompt.Shape[0];
        Sampler[] samplers = [.. forms.Select(form => new Sampler(options, Constraint(options, form)))];
        StopRule[] stops =
        [
            .. samplers.Select(_ => new StopRule(_tokenizer, _model.Config.EosTokens, _stopTexts, options.StopTexts)),
        ];
        bool[] done = new bool[rows];
        int[] tokens = new int[rows];
        Tensor hidden = Feed(prompt, cache, cancellation);
        for (int count = 1; ; count++)
        {
            Choose(hidden, samplers, done, tokens);
            hidden.Dispose();
            for (int row = 0; row < rows; row++)
            {
                if (!done[row])
                {
                    yield return new GenerationEvent(row, tokens[row], null, samplers[row].Choice);
                    done[row] = stops[row].Ends(tokens[row]) || count == most || stopped?.Invoke(row) == true;
                }
            }

            if (Array.TrueForAll(done, d => d))
            {
                yield break;
            }

            cancellation.ThrowIfCancellationRequested();
            hidden = FeedTokens(tokens, cache, cancellation);
            for (int row = 0; row < rows; row++)
            {
                if (!done[row])
                {
                    yield return new GenerationEvent(row, tokens[row], hidden.Part(row, 1).View(hidden.Width));
                }
            }
        }
    }

    private ITokenConstraint? Constraint(GenerationOptions options, IReadOnlyList<int>? form)
    {
        if (options.JsonSchema is not { } schema)
        {
            return form is null ? null : new FormConstraint(form);
        }

        int[] ends = [.. _stopTexts.Select(_tokenizer.Find).OfType<int>().Concat(_model.Config.EosTokens).Distinct()];
        return new TokenConstraint(JsonSchemaGrammar.Read(schema), _tokenizer, ends);
    }

    /// <summary>(B, D): the hidden state of the last position.</summary>
    private Tensor Feed(Tensor embeddings, IKeyValueCache cache, CancellationToken cancellation)
    {
        using Tensor hidden = _model.Forward(embeddings, cache, cancellation);
        (int rows, int count) = (hidden.Shape[0], hidden.Shape[1]);
        var last = new Tensor(rows, hidden.Width);
        for (int row = 0; row < rows; row++)
        {
            hidden.Row(((row + 1) * count) - 1).CopyTo(last.Row(row));
        }

        return last;
    }

    /// <summary>Feeds one token of each row; rows that are done feed an end token, which nothing reads.</summary>
    private Tensor FeedTokens(int[] tokens, IKeyValueCache cache, CancellationToken cancellation)
    {
        int[] ids = [.. tokens.Select(token => token < _model.EmbeddingRows ? token : _model.Config.EosToken)];
        using Tensor embeddings = _model.Embed(ids);
        return Feed(embeddings.View(ids.Length, 1, embeddings.Width), cache, cancellation);
    }

    private void Choose(Tensor hidden, Sampler[] samplers, bool[] done, int[] tokens)
    {
        using Tensor logits = _model.Logits(hidden); // (B, V)
        for (int row = 0; row < tokens.Length; row++)
        {
            tokens[row] = done[row] ? _model.Config.EosToken : samplers[row].Next(logits.Row(row));
        }
    }
}
