using OmgLlava.Alignment;
using OmgLlava.Perception;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Training;

/// <summary>
/// The forward pass of both published training stages: perception frozen, everything behind it as its parameters require gradients
/// (published <c>OMG_LLaVA.forward</c>).
/// </summary>
public sealed class TrainingForward
{
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

    /// <summary>Instruction tuning: the losses of the text and of the masks that [SEG] asks for.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="choosePoints">Gives the points that a stage's masks are compared on, see <see cref="PointSampler"/>.</param>
    /// <returns>Weighted losses. A batch with another number of [SEG] than of masks (its end was cut off) has no mask losses.</returns>
    /// <exception cref="OmgLlavaException">Placeholders and prompts differ in number.</exception>
    public LossTerms Tune(TrainingBatch batch, Func<int, Tensor, Tensor> choosePoints) => Run(batch, choosePoints, regularize: false);

    /// <summary>Pretraining of the projectors: the loss of the text and the projectors' regularisation.</summary>
    /// <inheritdoc cref="Tune"/>
    public LossTerms Pretrain(TrainingBatch batch) => Run(batch, choosePoints: null, regularize: true);

    private LossTerms Run(TrainingBatch batch, Func<int, Tensor, Tensor>? choosePoints, bool regularize)
    {
        using var scope = NewDisposeScope();
        using ImagePerception perception = Perceive(batch.Pixels);
        VisualTokens tokens = _network.VisualProjector.ProjectImages(perception);
        Tensor? regions = Project(batch.Regions, Owners(batch.Prompts, _placeholders.RegionId), _network.Perception.DecodeRegions);
        Tensor? marks = Project(batch.Points, Owners(batch.Prompts, _placeholders.MarkId), _network.Perception.DecodePoints);
        SplicedPrompt spliced = _splicer.Splice(batch.Prompts, new VisualEmbeddings(tokens.Images, regions, marks));
        Tensor hidden = _network.Language.Forward(spliced.Embeddings, spliced.Mask, spliced.Positions);
        Tensor labels = spliced.Labels ?? throw new ArgumentException("Training needs labels.", nameof(batch));

        Tensor none = zeros([], float32, hidden.device);
        (Tensor dice, Tensor crossEntropy) = choosePoints is null ? (none, none.clone()) : MaskLosses(batch, hidden, labels, perception, choosePoints);
        return new LossTerms(
            LanguageLoss.Compute(hidden, labels, _network.Language.Logits).MoveToOuterDisposeScope(),
            dice.MoveToOuterDisposeScope(),
            crossEntropy.MoveToOuterDisposeScope(),
            (regularize ? ProjectorRegularizer.Compute(_network.VisualProjector, _network.TextProjector, perception).mul(_weights.Projector) : zeros([], float32, hidden.device))
            .MoveToOuterDisposeScope());

        Tensor? Project(Tensor? prompts, long[] owners, Func<Tensor, DecoderMemory, (int, int), DecodedQueries> decode) =>
            prompts is null || prompts.shape[0] == 0
                ? null
                : _network.VisualProjector.ProjectPrompts(Decode(prompts, owners, perception, decode), tensor(owners, device: prompts.device), tokens);
    }

    private ImagePerception Perceive(Tensor pixels)
    {
        using var noGradient = no_grad();
        return _network.Perception.Perceive(pixels);
    }

    /// <summary>(N, 2C): prompts decoded picture by picture with the frozen decoder.</summary>
    private static Tensor Decode(
        Tensor prompts, long[] owners, ImagePerception perception, Func<Tensor, DecoderMemory, (int, int), DecodedQueries> decode)
    {
        if (owners.Length != prompts.shape[0])
        {
            throw new OmgLlavaException($"The batch has {owners.Length} placeholders for {prompts.shape[0]} visual prompts; give one for each.");
        }

        using var noGradient = no_grad();
        // Owners rise from the first prompt to the last, so the pieces are in the order of the prompts.
        return cat([.. Groups(owners).Select(group =>
            decode(prompts.narrow(0, group.First, group.Count).to(float32), perception.Memory.Image(group.Owner), perception.Size).Joined()[0])]);
    }

    private (Tensor Dice, Tensor CrossEntropy) MaskLosses(
        TrainingBatch batch, Tensor hidden, Tensor labels, ImagePerception perception, Func<int, Tensor, Tensor> choosePoints)
    {
        Tensor positions = labels.eq(_seg).nonzero(); // (N, 2): row and position
        long[] owners = [.. positions.select(1, 0).contiguous().cpu().data<long>()];
        if (owners.Length == 0 || owners.Length != (batch.Masks?.shape[0] ?? 0))
        {
            // Gradients of zero for all, so that every step touches the same parameters.
            Tensor nothing = _network.TextProjector.Project(hidden.narrow(0, 0, 1).narrow(1, 0, 1).flatten(0, 1)).sum().mul(0).to(float32);
            return (nothing, nothing.clone());
        }

        Tensor states = hidden.flatten(0, 1).index_select(0, positions.select(1, 0).mul(hidden.shape[1]).add(positions.select(1, 1))); // (N, D)
        (Tensor content, Tensor position) = _network.TextProjector.ProjectQueries(states);
        DecodedQueries[] decoded =
        [
            .. Groups(owners).Select(group => _network.MaskDecoder.DecodeAlone(
                content.narrow(0, group.First, group.Count), position.narrow(0, group.First, group.Count),
                perception.Memory.Image(group.Owner), keepStages: true)),
        ];
        Tensor[] stages =
        [
            .. Enumerable.Range(0, decoded[0].Stages.Count).Select(stage => cat([.. decoded.Select(d => d.Stages[stage].MaskLogits[0])])),
        ];
        MaskLosses losses = MaskLoss.Compute(stages, batch.Masks!, choosePoints);
        return (losses.Dice.sum().mul(_weights.Dice), losses.CrossEntropy.sum().mul(_weights.MaskCrossEntropy));
    }

    /// <summary>The picture that each placeholder of a kind belongs to, in their order.</summary>
    private static long[] Owners(PromptTokens prompts, long placeholder)
    {
        using var scope = NewDisposeScope();
        Tensor places = prompts.Ids.eq(placeholder);
        Tensor counted = prompts.Mask is null ? places : places.logical_and(prompts.Mask.to(ScalarType.Bool));
        return [.. counted.nonzero().select(1, 0).contiguous().cpu().data<long>()];
    }

    /// <summary>Runs of equal owners.</summary>
    private static IEnumerable<(long Owner, long First, long Count)> Groups(long[] owners)
    {
        for (int first = 0; first < owners.Length;)
        {
            int count = owners.Skip(first).TakeWhile(owner => owner == owners[first]).Count();
            yield return (owners[first], first, count);
            first += count;
        }
    }
}
