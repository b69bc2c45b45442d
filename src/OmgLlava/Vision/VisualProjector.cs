using OmgLlava.Alignment;
using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// Makes the language model's visual tokens of what perception found (paper section 3.2, published
/// <c>ProjectorModel_OMG_LLaVA</c>): pixel-centric tokens from
/// image features and perception prior, object-centric tokens from object queries, and tokens of visual prompts.
/// </summary>
internal sealed class VisualProjector
{
    /// <summary>How high the waves of places are.</summary>
    private const float PlaceHeight = 8;

    private readonly AlignmentConfig _config;
    private readonly bool _sorted;
    private readonly QueryProjector _objects;
    private readonly QueryProjector _prompts;
    private readonly Mlp _pixelMlp;
    private readonly Mlp? _globalMlp;
    private readonly PackedMatrix? _places;
    private readonly Norm? _tokenNorm;
    private readonly Tensor _separator;

    public VisualProjector(WeightReader weights, AlignmentConfig config, PerceptionConfig perception)
    {
        (_config, _sorted) = (config, perception.Objects.Sorted);
        _separator = weights.Tensor("separator", 1, config.LanguageWidth);
        _objects = new QueryProjector(weights.At("objects"), config);
        _prompts = config.SeparatePromptProjection ? new QueryProjector(weights.At("prompts"), config) : _objects;
        _pixelMlp = Mlp.Projection(weights.At("pixel_mlp"), config.PixelInputWidth, config.LanguageWidth, config.ProjectorDepth);
        _globalMlp = config.GlobalImageToken
            ? Mlp.Projection(weights.At("global_mlp"), config.ImageChannels, config.LanguageWidth, config.ProjectorDepth)
            : null;
        _tokenNorm = config.TokenNorm ? weights.At("token_norm").Norm(config.LanguageWidth) : null;
        _places = perception.Places ? weights.At("places.linear").Linear(4 * Waves.PerCoordinate, config.LanguageWidth) : null;
    }

    /// <summary>The tokens of an image.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="features">(h * w, width of the image features).</param>
    /// <param name="grid">Height h and width w.</param>
    /// <param name="prior">The perception prior on the same grid.</param>
    /// <param name="objectQueries">(Q, 2C), or (Q, 2C + K) with class probabilities.</param>
    /// <param name="maskLogits">(Q, H', W').</param>
    /// <returns>(T, D): pixel tokens, the separator, then one token per valid object query; and how many pixel tokens there
    /// are.</returns>
    /// <exception cref="OmgLlavaException">Perception and projector were not made for each other.</exception>
    public (Tensor Tokens, int Pixels) ProjectImage(
        Kernels kernels,
        Tensor features,
        (int Height, int Width) grid,
        Prior prior,
        Tensor objectQueries,
        Tensor maskLogits
    )
    {
        RequireWidth(features, _config.FeatureWidth, "image features");
        RequireWidth(objectQueries, _config.SeenQueryWidth, "object queries");
        using Tensor pixels = ProjectPixels(kernels, features, prior.PixelQueries);
        if (_places is not null)
        {
            using Tensor cells = TokenPlaces.OfCells(grid.Height, grid.Width);
            AddPlaces(kernels, pixels, cells);
        }

        Normalize(kernels, pixels);
        if (_config.RemoveObjectTokens)
        {
            return (pixels.Clone(), pixels.Rows);
        }

        using Tensor places = TokenPlaces.OfMasks(maskLogits);
        int[] order = ObjectTokens.Order(prior.Valid, _sorted ? places : null);
        using Tensor chosen = Pick(objectQueries, order);
        using Tensor objects = _objects.Forward(kernels, chosen, pixels);
        if (_places is not null)
        {
            using Tensor boxes = Pick(places, order);
            AddPlaces(kernels, objects, boxes);
        }

        Normalize(kernels, objects);
        using Tensor? whole = Global(kernels, features);
        if (whole is not null)
        {
            Normalize(kernels, whole);
        }

        return (Join([pixels, _separator, objects, .. whole is null ? (Tensor[])[] : [whole]]), pixels.Rows);
    }

    /// <summary>One token for each visual prompt.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="prompts">(N, 2C): decoded prompt queries, content and position.</param>
    /// <param name="pixels">(h * w, D): the image's pixel tokens.</param>
    /// <param name="places">(N, 4): the boxes of their masks.</param>
    /// <param name="cells">(N, h * w): what each pixel token counts, where they are pooled; null where they are not.</param>
    /// <returns>(N, D).</returns>
    public Tensor ProjectPrompts(Kernels kernels, Tensor prompts, Tensor pixels, Tensor places, Tensor? cells)
    {
        RequireWidth(prompts, _config.SeenQueryWidth, "prompt queries");
        Tensor projected = cells is null ? _prompts.Forward(kernels, prompts, pixels) : Pool(kernels, pixels, cells);
        if (_places is not null)
        {
            AddPlaces(kernels, projected, places);
        }

        Normalize(kernels, projected);
        return projected;
    }

    /// <summary>(h * w, D) from the image features and the prior.</summary>
    private Tensor ProjectPixels(Kernels kernels, Tensor features, Tensor prior)
    {
        if (_config.Prior == PriorForm.Concatenation)
        {
            using var joined = Tensor.Zeros(features.Rows, features.Width + prior.Width);
            for (int cell = 0; cell < features.Rows; cell++)
            {
                features.Row(cell).CopyTo(joined.Row(cell));
                if (!_config.RemovePrior)
                {
                    prior.Row(cell).CopyTo(joined.Row(cell)[features.Width..]);
                }
            }

            return _pixelMlp.Forward(kernels, joined);
        }

        using Tensor sum = features.Clone();
        if (!_config.RemovePrior)
        {
            using Tensor widened = _objects.Widen(kernels, prior);
            kernels.Add(sum, widened);
        }

        return _pixelMlp.Forward(kernels, sum);
    }

    /// <summary>(1, D): the mean of the image encoder's last stage; null without such a token.</summary>
    private Tensor? Global(Kernels kernels, Tensor features)
    {
        if (_globalMlp is null)
        {
            return null;
        }

        using Tensor pixels = features.View((int)(features.Count / _config.ImageChannels), _config.ImageChannels);
        using var mean = Tensor.Zeros(1, _config.ImageChannels);
        for (int i = 0; i < pixels.Rows; i++)
        {
            RowMath.AddScaled(mean.Row(0), pixels.Row(i), 1);
        }

        RowMath.Scale(mean.Row(0), 1f / pixels.Rows);
        return _globalMlp.Forward(kernels, mean);
    }

    /// <summary>Adds to each token where it stands, as large as the token: tokens differ in size by far, a place of one size
    /// would be lost in the large ones.</summary>
    private void AddPlaces(Kernels kernels, Tensor tokens, Tensor boxes)
    {
        using Tensor waves = Waves.OfPlaces(boxes, PlaceHeight);
        using Tensor place = kernels.Multiply(waves, _places!);
        for (int i = 0; i < tokens.Rows; i++)
        {
            Span<float> token = tokens.Row(i);
            float size = MathF.Sqrt(RowMath.SumOfSquares(token) / token.Length);
            RowMath.AddScaled(token, place.Row(i), size);
        }
    }

    private static Tensor Pool(Kernels kernels, Tensor pixels, Tensor cells)
    {
        using var columns = PackedMatrix.Transposed(kernels, pixels);
        return kernels.Multiply(cells, columns);
    }

    private void Normalize(Kernels kernels, Tensor tokens)
    {
        if (_tokenNorm is not null)
        {
            kernels.LayerNorm(tokens, _tokenNorm, tokens);
        }
    }

    private static Tensor Pick(Tensor rows, int[] which)
    {
        var picked = new Tensor(which.Length, rows.Width);
        foreach ((int to, int from) in which.Index())
        {
            rows.Row(from).CopyTo(picked.Row(to));
        }

        return picked;
    }

    private static Tensor Join(IReadOnlyList<Tensor> parts)
    {
        var joined = new Tensor(parts.Sum(part => part.Rows), parts[0].Width);
        int row = 0;
        foreach (Tensor part in parts)
        {
            part.Span.CopyTo(joined.Part(row, part.Rows).Span);
            row += part.Rows;
        }

        return joined;
    }

    private static void RequireWidth(Tensor tensor, int width, string what)
    {
        if (tensor.Width != width)
        {
            throw new OmgLlavaException(
                $"The visual projector takes {what} {width} wide, but perception gives {tensor.Width}; the two configurations "
                    + $"do not belong together."
            );
        }
    }

    /// <summary>Brings object queries into the language model's space, where it has them look at the pixel tokens.</summary>
    private sealed class QueryProjector
    {
        private readonly PackedMatrix _queryProjection;
        private readonly Mlp _mlp;
        private readonly PackedMatrix? _classWords;
        private readonly MultiHeadAttention? _attention;
        private readonly Norm? _attentionNorm;
        private readonly Mlp? _feedForward;
        private readonly Norm? _feedForwardNorm;

        public QueryProjector(WeightReader weights, AlignmentConfig config)
        {
            int width = config.LanguageWidth;
            _queryProjection = weights.At("query_projection").Linear(config.SeenQueryWidth, config.FeatureWidth);
            _mlp = Mlp.Projection(weights.At("mlp"), config.FeatureWidth, width, config.ProjectorDepth);
            _classWords = config.WordScores > 0
                ? weights.At("class_words").Linear(config.WordScores, width, bias: false)
                : null;
            if (config.CrossAttention)
            {
                WeightReader cross = weights.At("cross_attention");
                _attention = new MultiHeadAttention(cross.At("attention"), width, config.CrossAttentionHeads);
                _attentionNorm = cross.At("attention_norm").Norm(width);
                _feedForward = new Mlp(cross.At("feed_forward"), Activation.Relu, width, config.CrossAttentionFeedForward, width);
                _feedForwardNorm = cross.At("feed_forward_norm").Norm(width);
            }
        }

        public Tensor Widen(Kernels kernels, Tensor queries) => kernels.Multiply(queries, _queryProjection);

        /// <summary>(N, 2C) to (N, D).</summary>
        public Tensor Forward(Kernels kernels, Tensor queries, Tensor pixels)
        {
            using Tensor wide = Widen(kernels, queries);
            Tensor x = _mlp.Forward(kernels, wide);
            if (_classWords is not null)
            {
                using Tensor scores = Last(queries, _classWords.Columns);
                kernels.Multiply(scores, _classWords, x, add: true);
            }

            if (_attention is not null)
            {
                using Tensor seen = _attention.Forward(kernels, x, pixels, pixels);
                kernels.Add(x, seen);
                kernels.LayerNorm(x, _attentionNorm!, x);
                using Tensor told = _feedForward!.Forward(kernels, x);
                kernels.Add(x, told);
                kernels.LayerNorm(x, _feedForwardNorm!, x);
            }

            return x;
        }

        /// <summary>(N, count): the last numbers of each row.</summary>
        private static Tensor Last(Tensor rows, int count)
        {
            var last = new Tensor(rows.Rows, count);
            for (int i = 0; i < rows.Rows; i++)
            {
                rows.Row(i)[^count..].CopyTo(last.Row(i));
            }

            return last;
        }
    }
}
