using OmgLlava.Alignment;
using OmgLlava.Torch;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Training;

/// <summary>
/// The forward pass of both published training stages: perception frozen, everything behind it as its parameters require
/// gradients (published <c>OMG_LLaVA.forward</c>).
/// </summary>
internal sealed class TrainingForward
{
    private const double PublishedRegularization = 10; // of pretraining

    private readonly OmgLlavaNetwork _network;
    private readonly PromptPlaceholders _placeholders;
    private readonly long _seg;
    private readonly LossWeights _weights;
    private readonly PromptSplicer _splicer;

    /// <param name="network">The model.</param>
    /// <param name="placeholders">Ids of <c>&lt;region&gt;</c> and <c>&lt;mark&gt;</c>.</param>
    /// <param name="seg">Id of [SEG].</param>
    /// <param name="weights">What each loss counts.</param>
    public TrainingForward(OmgLlavaNetwork network, PromptPlaceholders placeholders, long seg, LossWeights weights)
    {
        (_network, _placeholders, _seg, _weights) = (network, placeholders, seg, weights);
        _splicer = new PromptSplicer(placeholders, network.Language.Embed);
    }

    /// <summary>Lets gradients reach perception, too: end to end. The published recipe keeps it frozen.</summary>
    public bool TrainPerception { get; init; }

    /// <summary>Instruction tuning: the losses of the text and of the masks that [SEG] asks for, and the projectors'
    /// regularisation where its weight is given.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="choosePoints">Gives the points that a stage's masks are compared on, see <see cref="PointSampler"/>.</param>
    /// <param name="hidePixels">Whether the language model is shown the object tokens of a picture of the batch alone; null shows
    /// all.</param>
    /// <returns>Weighted losses. A batch with another number of [SEG] than of masks (its end was cut off) has no mask
    /// losses.</returns>
    /// <exception cref="OmgLlavaException">Placeholders and prompts differ in number.</exception>
    public LossTerms Tune(TrainingBatch batch, Func<int, Tensor, Tensor?> choosePoints, Func<int, bool>? hidePixels = null) =>
        Run(batch, choosePoints, hidePixels, _weights.Projector ?? 0);

    /// <summary>Pretraining of the projectors: the loss of the text and the projectors' regularisation.</summary>
    /// <inheritdoc cref="Tune"/>
    public LossTerms Pretrain(TrainingBatch batch) =>
        Run(batch, choosePoints: null, hidePixels: null, _weights.Projector ?? PublishedRegularization);

    /// <summary>Reading: the losses of the text alone, of object tokens that are made of a batch's labels. Perception and pixel
    /// tokens take no part.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="labels">What is known of its pictures.</param>
    /// <param name="random">Draws how sure the classes are, and all else that a token tells.</param>
    /// <exception cref="OmgLlavaException">Placeholders and prompts differ in number.</exception>
    public LossTerms Read(TrainingBatch batch, LabelledPictures labels, Generator random)
    {
        using var scope = NewDisposeScope();
        var seen = LabelledTokens.Of(_network, labels, random);
        Pass pass = ReadPrompts(batch, Shown(seen.Tokens, _ => true), seen.Areas, seen.Points);
        Tensor none = zeros([], float32, pass.Hidden.device);
        return new LossTerms(
            TextLoss(pass).MoveToOuterDisposeScope(),
            none.MoveToOuterDisposeScope(),
            none.clone().MoveToOuterDisposeScope(),
            none.clone().MoveToOuterDisposeScope(),
            AttentionLoss(pass, batch, seen.Tokens, seen.MaskLogits).MoveToOuterDisposeScope()
        );
    }

    private LossTerms Run(
        TrainingBatch batch,
        Func<int, Tensor, Tensor?>? choosePoints,
        Func<int, bool>? hidePixels,
        double regularization
    )
    {
        using var scope = NewDisposeScope();
        using TorchPerception perception = Perceive(batch.Pixels);
        VisualTokens tokens = _network.VisualProjector.ProjectImages(perception);
        (Tensor? regions, Tensor? marks) = EncodePrompts(batch, perception, tokens);
        Pass pass = ReadPrompts(batch, Shown(tokens, hidePixels), regions, marks);
        Tensor none = zeros([], float32, pass.Hidden.device);
        (Tensor dice, Tensor crossEntropy) = choosePoints is null
            ? (none, none.clone())
            : MaskLosses(batch, pass.Hidden, pass.Labels, perception, choosePoints);
        return new LossTerms(
            TextLoss(pass).MoveToOuterDisposeScope(),
            dice.MoveToOuterDisposeScope(),
            crossEntropy.MoveToOuterDisposeScope(),
            (
                regularization > 0
                    ? ProjectorRegularizer
                        .Compute(_network.VisualProjector, _network.TextProjector, perception)
                        .Mul(regularization)
                    : none.clone()
            ).MoveToOuterDisposeScope(),
            (
                choosePoints is null ? none.clone() : AttentionLoss(pass, batch, tokens, perception.MaskLogits)
            ).MoveToOuterDisposeScope()
        );
    }

    /// <summary>What the language model made of a batch.</summary>
    /// <param name="Shown">The tokens of each picture.</param>
    /// <param name="Spliced">What the model was given.</param>
    /// <param name="Labels">(B, T).</param>
    /// <param name="Hidden">(B, T, D).</param>
    /// <param name="LayerInputs">The input of each layer.</param>
    private sealed record Pass(
        IReadOnlyList<Tensor> Shown,
        SplicedPrompt Spliced,
        Tensor Labels,
        Tensor Hidden,
        IReadOnlyList<Tensor> LayerInputs
    );

    private Pass ReadPrompts(TrainingBatch batch, IReadOnlyList<Tensor> shown, Tensor? regions, Tensor? marks)
    {
        SplicedPrompt spliced = _splicer.Splice(batch.Prompts, new VisualEmbeddings(shown, regions, marks));
        var inputs = new List<Tensor>();
        Tensor hidden = _network.Language.Forward(spliced.Embeddings, spliced.Mask, spliced.Positions, inputs);
        return new Pass(
            shown,
            spliced,
            spliced.Labels ?? throw new ArgumentException("Training needs labels.", nameof(batch)),
            hidden,
            inputs
        );
    }

    private Tensor TextLoss(Pass pass) => LanguageLoss.Compute(pass.Hidden, pass.Labels, _network.Language.Logits);

    /// <summary>A scalar, 0 where attention is not taught.</summary>
    private Tensor AttentionLoss(Pass pass, TrainingBatch batch, VisualTokens tokens, Tensor maskLogits) =>
        _weights.GroundedAttention == 0
            ? zeros([], float32, pass.Hidden.device)
            : new ObjectAttentionLoss(
                _network.Language,
                pass.LayerInputs,
                pass.Spliced,
                pass.Shown,
                tokens.Objects,
                _network.Config.Alignment.GlobalImageToken ? 1 : 0,
                maskLogits
            )
                .Compute(batch)
                .Mul(_weights.GroundedAttention);

    /// <summary>The tokens of each picture, without the pixel tokens of those whose pixels are hidden.</summary>
    private static IReadOnlyList<Tensor> Shown(VisualTokens tokens, Func<int, bool>? hidePixels)
    {
        long pixels = tokens.Pixels.shape[1];
        return hidePixels is null
            ? tokens.Images
            : [.. tokens.Images.Select((all, i) => hidePixels(i) ? all.narrow(0, pixels, all.shape[0] - pixels) : all)];
    }

    private TorchPerception Perceive(Tensor pixels)
    {
        using IDisposable? noGradient = TrainPerception ? null : no_grad();
        return _network.Perception.Perceive(pixels);
    }

    /// <summary>(N, D) each: what stands for the placeholders of boxes and regions, and for those of points; null for
    /// none.</summary>
    internal (Tensor? Areas, Tensor? Marks) EncodePrompts(TrainingBatch batch, TorchPerception perception, VisualTokens tokens) =>
        (
            EncodeAreas(batch, perception, tokens),
            EncodePrompts(batch.Points, batch.Points, Owners(batch.Prompts, _placeholders.MarkId), perception, tokens, _ => null)
        );

    /// <summary>(N, D): what stands for each <c>&lt;region&gt;</c>, boxes and masks encoded apart and put back into their
    /// order.</summary>
    private Tensor? EncodeAreas(TrainingBatch batch, TorchPerception perception, VisualTokens tokens)
    {
        long[] owners = Owners(batch.Prompts, _placeholders.RegionId);
        int[] boxPlaces = [.. batch.BoxPlaces];
        int[] maskPlaces = [.. Enumerable.Range(0, owners.Length).Except(boxPlaces)];
        Tensor? corners = batch.Boxes?.to(float32);
        Tensor? relative = corners?.div(Scale(perception));
        Tensor? boxes = EncodePrompts(
            corners,
            corners?.narrow(1, 0, 2).Add(corners.narrow(1, 2, 2)).Div(2),
            OwnersOf(boxPlaces),
            perception,
            tokens,
            rows => new AttentionConstraint(null, rows.Spread(relative!)),
            relative
        );
        Tensor? masks = EncodePrompts(
            batch.Regions,
            batch.Regions is null ? null : PerceptionModel.Centers(batch.Regions),
            OwnersOf(maskPlaces),
            perception,
            tokens,
            rows => new AttentionConstraint(rows.Spread(batch.Regions!.to(float32)), null),
            batch.Regions is null ? null : PerceptionModel.Bounds(batch.Regions)
        );
        if (boxes is null || masks is null)
        {
            return boxes ?? masks;
        }

        int[] places = [.. boxPlaces, .. maskPlaces];
        long[] order = [.. Enumerable.Range(0, places.Length).OrderBy(i => places[i]).Select(i => (long)i)];
        return cat([boxes, masks]).index_select(0, tensor(order, device: boxes.device));

        long[] OwnersOf(int[] chosen) =>
            chosen.All(place => place < owners.Length)
                ? [.. chosen.Select(place => owners[place])]
                : throw new OmgLlavaException(
                    $"The batch has {owners.Length} <region> placeholders, fewer than its boxes ask for; give one for each."
                );
    }

    /// <summary>(4): what brings corners to 0..1 of the picture.</summary>
    private static Tensor Scale(TorchPerception perception) =>
        tensor(
            new float[] { perception.Size.Width, perception.Size.Height, perception.Size.Width, perception.Size.Height },
            device: perception.Memory.MaskFeatures.device
        );

    /// <summary>(N, D): the tokens of prompts of one kind, those of all pictures decoded at once; null for none.</summary>
    /// <param name="prompts">(N, ...): the prompts, to be as many as placeholders.</param>
    /// <param name="points">(N, 2): where each begins to look.</param>
    /// <param name="owners">The picture of each.</param>
    /// <param name="perception">The pictures.</param>
    /// <param name="tokens">Their tokens.</param>
    /// <param name="constrain">Where they may look, laid out by picture.</param>
    /// <param name="bounds">(N, 4): their boxes, relative to the picture; null for points.</param>
    private Tensor? EncodePrompts(
        Tensor? prompts,
        Tensor? points,
        long[] owners,
        TorchPerception perception,
        VisualTokens tokens,
        Func<QueryRows, AttentionConstraint?> constrain,
        Tensor? bounds = null
    )
    {
        if (owners.Length != (prompts?.shape[0] ?? 0))
        {
            throw new OmgLlavaException(
                $"The batch has {owners.Length} placeholders for {prompts?.shape[0] ?? 0} visual prompts; give one for each."
            );
        }

        if (points is null || owners.Length == 0)
        {
            return null;
        }

        var rows = QueryRows.Of(owners, perception.Memory.MaskFeatures.shape[0], points.device);
        DecodedQueries decoded = Decode();
        Tensor masks = rows.Gather(decoded.Last.MaskLogits);
        Tensor places = TokenPlaces.OfMasks(masks);
        int stride = _network.Config.Perception.CellStride;
        return _network.VisualProjector.ProjectPrompts(
            rows.Gather(_network.Perception.JoinPrompts(decoded, perception.Memory)),
            tensor(owners, device: points.device),
            tokens,
            places,
            RegionCells.Of(
                _network.Config.Alignment.RegionTokens,
                masks,
                places,
                (perception.Size.Height / stride, perception.Size.Width / stride)
            )
        );

        DecodedQueries Decode()
        {
            using IDisposable? noGradient = TrainPerception ? null : no_grad();
            (Tensor content, Tensor position) = _network.Perception.Prompts.Encode(points.to(float32), perception.Size, bounds);
            return _network.Perception.Decoder.DecodeEachAlone(
                rows.Spread(content),
                rows.Spread(position),
                perception.Memory,
                constrain(rows),
                keepStages: false
            );
        }
    }

    private (Tensor Dice, Tensor CrossEntropy) MaskLosses(
        TrainingBatch batch,
        Tensor hidden,
        Tensor labels,
        TorchPerception perception,
        Func<int, Tensor, Tensor?> choosePoints
    )
    {
        Tensor positions = labels.Eq(_seg).nonzero(); // (N, 2): row and position
        long[] owners = [.. positions.select(1, 0).contiguous().cpu().data<long>()];
        if (owners.Length == 0 || owners.Length != (batch.Masks?.shape[0] ?? 0))
        {
            // Gradients of zero for all, so that every step touches the same parameters.
            Tensor nothing = _network
                .TextProjector.Project(hidden.narrow(0, 0, 1).narrow(1, 0, 1).flatten(0, 1))
                .sum()
                .Mul(0)
                .to(float32);
            return (nothing, nothing.clone());
        }

        // (N, D)
        Tensor states = hidden
            .flatten(0, 1)
            .index_select(0, positions.select(1, 0).Mul(hidden.shape[1]).Add(positions.select(1, 1)));
        (Tensor content, Tensor position) = _network.TextProjector.ProjectQueries(states);
        var rows = QueryRows.Of(owners, perception.Memory.MaskFeatures.shape[0], hidden.device);
        DecodedQueries decoded = _network.MaskDecoder.DecodeEachAlone(
            rows.Spread(content),
            rows.Spread(position),
            perception.Memory,
            constraint: null,
            keepStages: true
        );
        Tensor[] stages = [.. decoded.Stages.Select(stage => rows.Gather(stage.MaskLogits))];
        MaskLosses losses = MaskLoss.Compute(stages, batch.Masks!, choosePoints);
        return (losses.Dice.sum().Mul(_weights.Dice), losses.CrossEntropy.sum().Mul(_weights.MaskCrossEntropy));
    }

    /// <summary>The picture that each placeholder of a kind belongs to, in their order.</summary>
    private static long[] Owners(PromptTokens prompts, long placeholder)
    {
        using var scope = NewDisposeScope();
        Tensor places = prompts.Ids.Eq(placeholder);
        Tensor counted = prompts.Mask is null ? places : places.logical_and(prompts.Mask.to(ScalarType.Bool));
        return [.. counted.nonzero().select(1, 0).contiguous().cpu().data<long>()];
    }
}
