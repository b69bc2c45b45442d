using OmgLlava.Alignment;
using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>
/// Makes the language model's visual tokens of what perception found (paper section 3.2, published
/// <c>ProjectorModel_OMG_LLaVA</c>): pixel-centric tokens from image features and perception prior, object-centric tokens from
/// object queries, and tokens of visual prompts.
/// </summary>
internal sealed class VisualProjector : nn.Module
{
    private const string NoCells = "This projector pools the tokens of visual prompts.";
    private const string NoPlaces = "This projector tells tokens their places, or sorts them by these.";

    private readonly QueryProjector _objects;
    private readonly QueryProjector _prompts;
    private readonly Mlp _pixelMlp;
    private readonly Mlp? _globalMlp;
    private readonly PlaceEmbedding? _places;
    private readonly LayerNorm? _tokenNorm;
    private readonly Tensor _separator;
    private readonly bool _sorted;

    /// <summary>Builds the projector with uninitialised weights.</summary>
    /// <exception cref="OmgLlavaException">The configuration does not fit together.</exception>
    public VisualProjector(AlignmentConfig config, PerceptionConfig perception, Placement placement)
        : base(nameof(VisualProjector))
    {
        config.Validate();
        Config = config;
        _sorted = perception.Objects.Sorted;
        _objects = this.Add("objects", new QueryProjector(config, placement));
        _prompts = config.SeparatePromptProjection ? this.Add("prompts", new QueryProjector(config, placement)) : _objects;
        _pixelMlp = this.Add(
            "pixel_mlp",
            Projection.Create(config.PixelInputWidth, config.LanguageWidth, config.ProjectorDepth, placement)
        );
        _globalMlp = config.GlobalImageToken
            ? this.Add(
                "global_mlp",
                Projection.Create(config.ImageChannels, config.LanguageWidth, config.ProjectorDepth, placement)
            )
            : null;
        _tokenNorm = config.TokenNorm ? this.Add("token_norm", new LayerNorm(config.LanguageWidth, placement)) : null;
        _places = perception.Places ? this.Add("places", new PlaceEmbedding(config, placement)) : null;
        _separator = this.AddParameter("separator", placement, 1, config.LanguageWidth);
    }

    /// <summary>The shape of the projector.</summary>
    public AlignmentConfig Config { get; }

    private bool NeedsPlaces => _places is not null || _sorted;

    /// <summary>The tokens of each image of a batch.</summary>
    /// <param name="perception">What perception found.</param>
    /// <returns>Tokens that the current dispose scope owns.</returns>
    /// <exception cref="OmgLlavaException">Perception and projector were not made for each other.</exception>
    public VisualTokens ProjectImages(TorchPerception perception)
    {
        using var scope = NewDisposeScope();
        int stride = (int)Math.Sqrt((double)perception.Size.Height * perception.Size.Width / perception.PixelFeatures.shape[1]);
        TokenPlaces? places = !NeedsPlaces
            ? null
            : TokenPlaces.Of(perception.Size.Height / stride, perception.Size.Width / stride, perception.MaskLogits);
        return ProjectImages(perception.PixelFeatures, perception.Prior, perception.ObjectQueries, places)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The tokens of each image of a batch.</summary>
    /// <param name="pixelFeatures">(B, h * w, width of the image features).</param>
    /// <param name="prior">The perception prior on the same grid.</param>
    /// <param name="objectQueries">(B, Q, 2C).</param>
    /// <param name="places">Where tokens stand, for a projector that tells it or sorts objects.</param>
    /// <returns>Tokens that the current dispose scope owns.</returns>
    /// <exception cref="OmgLlavaException">Perception and projector were not made for each other.</exception>
    public VisualTokens ProjectImages(
        Tensor pixelFeatures,
        PerceptionPrior prior,
        Tensor objectQueries,
        TokenPlaces? places = null
    )
    {
        RequireWidth(pixelFeatures, Config.FeatureWidth, "image features");
        RequireWidth(objectQueries, Config.SeenQueryWidth, "object queries");
        if (NeedsPlaces && places is null)
        {
            throw new ArgumentNullException(nameof(places), NoPlaces);
        }

        using var scope = NewDisposeScope();
        // (B, h * w, D)
        Tensor pixels = ProjectPixels(pixelFeatures.to(_separator.dtype), prior.PixelQueries.to(_separator.dtype));
        pixels = Normalize(_places?.AddTo(pixels, places!.Pixels) ?? pixels);
        Tensor queries = objectQueries.to(_separator.dtype);
        Tensor valid = prior.Unassigned.logical_not().any(dim: 2); // (B, Q)
        // (B, D)
        Tensor? whole = _globalMlp?.forward(
            pixelFeatures.to(_separator.dtype).unflatten(2, -1, Config.ImageChannels).mean([1, 2])
        );
        whole = whole is null ? null : Normalize(whole);
        var images = new Tensor[pixels.shape[0]];
        var objects = new Tensor[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            Tensor own = pixels.narrow(0, i, 1); // (1, h * w, D)
            if (Config.RemoveObjectTokens)
            {
                (images[i], objects[i]) = (own[0], empty(0, int64, own.device));
                continue;
            }

            objects[i] = Order(valid[i], places?.Objects[i]);
            images[i] = JoinTokens(own, queries[i], places?.Objects[i], objects[i], whole?.narrow(0, i, 1));
        }

        return new VisualTokens([.. images], pixels, [.. objects]).MoveToOuterDisposeScope();
    }

    /// <summary>One token for each visual prompt.</summary>
    /// <param name="prompts">(N, 2C): decoded prompt queries, content and position.</param>
    /// <param name="imageIndex">Int64 (N): the image of the batch that each prompt is on.</param>
    /// <param name="tokens">The tokens of that batch.</param>
    /// <param name="places">(N, 4): the boxes of their masks, for a projector that tells tokens their places.</param>
    /// <param name="cells">(N, h * w): what each pixel token counts, where prompts are pooled (<see cref="RegionCells"/>).</param>
    /// <returns>(N, D).</returns>
    /// <exception cref="OmgLlavaException">Perception and projector were not made for each other.</exception>
    public Tensor ProjectPrompts(
        Tensor prompts,
        Tensor imageIndex,
        VisualTokens tokens,
        Tensor? places = null,
        Tensor? cells = null
    )
    {
        RequireWidth(prompts, Config.SeenQueryWidth, "prompt queries");
        using var scope = NewDisposeScope();
        Tensor alone = prompts.to(_separator.dtype).unsqueeze(1); // (N, 1, 2C)
        Tensor projected =
            Config.RegionTokens != RegionTokenForm.Queries
                ? (cells ?? throw new ArgumentNullException(nameof(cells), NoCells))
                    .to(_separator.dtype)
                    .unsqueeze(1)
                    .matmul(tokens.Pixels.index_select(0, imageIndex))
            : Config.CrossAttention ? _prompts.Forward(alone, tokens.Pixels.index_select(0, imageIndex))
            : _prompts.Project(alone);
        Tensor flat = projected.squeeze(1);
        return Normalize(_places?.AddTo(flat, places ?? throw new ArgumentNullException(nameof(places), NoPlaces)) ?? flat)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Object queries in the language model's space before any cross-attention: what the first training stage holds against the
    /// text projector.
    /// </summary>
    /// <param name="queries">(N, 2C).</param>
    /// <returns>(N, D).</returns>
    public Tensor ProjectObjects(Tensor queries)
    {
        using var scope = NewDisposeScope();
        return _objects.Project(queries.to(_separator.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>(B, h * w, D) from the image features and the prior.</summary>
    private Tensor ProjectPixels(Tensor features, Tensor prior)
    {
        using var scope = NewDisposeScope();
        Tensor input = (Config.Prior, Config.RemovePrior) switch
        {
            (PriorForm.Concatenation, false) => cat([features, prior], dim: -1),
            (PriorForm.Concatenation, true) => cat([features, zeros_like(prior)], dim: -1),
            (_, false) => features.Add(_objects.Widen(prior)),
            (_, true) => features,
        };
        return _pixelMlp.forward(input).MoveToOuterDisposeScope();
    }

    /// <summary>Int64 (K): the queries that are some pixel's most probable object, in the order of their tokens.</summary>
    private Tensor Order(Tensor valid, Tensor? places)
    {
        using var scope = NewDisposeScope();
        Tensor kept = valid.nonzero().squeeze(-1);
        return (
            _sorted ? kept.index_select(0, places!.select(1, 0).index_select(0, kept).argsort()) : kept
        ).MoveToOuterDisposeScope();
    }

    /// <summary>Pixel tokens, separator, the tokens of some queries, and the global token, if any.</summary>
    private Tensor JoinTokens(Tensor pixels, Tensor queries, Tensor? places, Tensor kept, Tensor? whole)
    {
        using var scope = NewDisposeScope();
        Tensor objects = _objects.Forward(queries.index_select(0, kept).unsqueeze(0), pixels)[0]; // (K, D)
        Tensor[] tokens =
        [
            pixels[0],
            _separator,
            Normalize(_places is null ? objects : _places.AddTo(objects, places!.index_select(0, kept))),
        ];
        return cat(whole is null ? tokens : [.. tokens, whole]).MoveToOuterDisposeScope();
    }

    private Tensor Normalize(Tensor tokens) => _tokenNorm?.forward(tokens) ?? tokens;

    private static void RequireWidth(Tensor tensor, int width, string what)
    {
        if (tensor.shape[^1] != width)
        {
            throw new OmgLlavaException(
                $"The visual projector takes {what} {width} wide, but perception gives {tensor.shape[^1]}; the two "
                    + $"configurations do not belong together."
            );
        }
    }
}
