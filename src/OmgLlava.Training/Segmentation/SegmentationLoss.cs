using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;
using static TorchSharp.torch;

namespace OmgLlava.Training.Segmentation;

/// <summary>
/// The losses of OMG-Seg at every depth of the decoder: class of every query, masks and expected IoU of those that are paired
/// with an object, and the same of the queries of visual prompts. Before they have looked at all, prompts know nothing of their
/// object; there they learn to see everything, so that a box bounds already the first look.
/// </summary>
internal sealed class SegmentationLoss(
    PerceptionModel model,
    SegmentationRecipe recipe,
    PointSampler sampler,
    ConditionLoss? conditions
)
{
    private readonly HungarianMatcher _matcher = new(recipe.ClassWeight);

    /// <summary>Sums over all depths (deep supervision).</summary>
    /// <param name="memory">The pictures.</param>
    /// <param name="decoded">Learned queries first, then <paramref name="prompts"/>, with the stages of every depth.</param>
    /// <param name="targets">What is in the pictures.</param>
    /// <param name="prompts">Per picture the object that each of its prompt queries asks for.</param>
    /// <param name="random">Source of points.</param>
    /// <returns>Weighted losses by name; and how good the last masks are: the mean IoU of paired objects, points and
    /// boxes.</returns>
    public (Dictionary<string, Tensor> Losses, Dictionary<string, double> Measures) Compute(
        DecoderMemory memory,
        DecodedQueries decoded,
        SegmentationTargets targets,
        IReadOnlyList<int[]> prompts,
        Generator random
    )
    {
        var sums = new Dictionary<string, Tensor>();
        var measures = new Dictionary<string, double>();
        Device device = memory.MaskFeatures.device;
        int queries = model.Config.Queries;
        bool everyCell = sampler.Points == 0;
        SegmentationTargets fine = everyCell ? targets.At(decoded.Last.MaskLogits) : targets;
        Tensor early = memory.EarlyMaskFeatures ?? memory.MaskFeatures;
        SegmentationTargets coarse = everyCell ? targets.At(early) : targets;
        foreach ((int depth, DecoderStage raw) in decoded.Stages.Index())
        {
            bool isLast = depth == decoded.Stages.Count - 1;
            SegmentationTargets wanted = isLast ? fine : coarse;
            DecoderStage stage = WithoutIgnored(raw, wanted);
            long asking = stage.MaskLogits.shape[1] - queries;
            bool promptsHaveLooked = depth > 0;
            if (asking > 0 && !promptsHaveLooked)
            {
                Tensor first = raw.MaskLogits.narrow(1, queries, asking).to(float32);
                Add("mask", nn.functional.binary_cross_entropy_with_logits(first, ones_like(first)));
            }

            DecoderStage counted = promptsHaveLooked
                ? stage
                : new DecoderStage(stage.Normalized.narrow(1, 0, queries), stage.MaskLogits.narrow(1, 0, queries));
            Tensor embedding = model.Classifier.Embed(counted, isLast ? memory.MaskFeatures : early, memory.Encoded);
            Tensor classLogits = ClassHead.Classify(embedding, model.ClassEmbeddings).to(float32);
            Tensor? points = everyCell
                ? null
                : rand([wanted.Classes.Count, sampler.Points, 2], dtype: float32, generator: random).to(device);
            int[][] matches = _matcher.Match(
                classLogits.narrow(1, 0, queries),
                everyCell ? Coarsen(stage.MaskLogits.narrow(1, 0, queries), early) : stage.MaskLogits.narrow(1, 0, queries),
                coarse.ForMatching(),
                points
            );
            (int Picture, int Query, int Target)[] pairs = [.. Pairs(matches, promptsHaveLooked ? prompts : null, queries)];
            Add(
                "class",
                ClassLoss.Compute(classLogits, raw.MaskLogits, wanted, pairs, recipe.NoObjectWeight).Mul(recipe.ClassWeight)
            );
            pairs = [.. pairs.Where(pair => wanted.HasMask.Count == 0 || wanted.HasMask[pair.Picture][pair.Target])];
            long[] places = [.. pairs.Select(pair => (pair.Picture * stage.MaskLogits.shape[1]) + pair.Query)];
            long[] objects = [.. pairs.Select(pair => (pair.Picture * wanted.Masks.shape[1]) + pair.Target)];
            if (places.Length == 0)
            {
                Add("mask", stage.MaskLogits.sum().Mul(0));
                continue;
            }

            Tensor chosen = stage.MaskLogits.flatten(0, 1).index_select(0, tensor(places, device: device)); // (M, h, w)
            Tensor truth = wanted.Masks.flatten(0, 1).index_select(0, tensor(objects, device: device)); // (M, H, W)
            MaskLosses masks = MaskLoss.Compute([chosen], truth, (_, logits) => sampler.Draw(logits, random));
            Add("dice", masks.Dice.sum());
            Add("mask", masks.CrossEntropy.sum());
            if (conditions is not null && promptsHaveLooked)
            {
                Tensor theirs = stage.Normalized.flatten(0, 1).index_select(0, tensor(places, device: device)); // (M, C)
                Add(
                    "condition",
                    conditions
                        .Compute(theirs, [.. pairs.Select(pair => wanted.Conditions[pair.Picture][pair.Target])])
                        .Mul(recipe.ConditionWeight)
                );
            }

            Tensor iou = TrueIou(chosen, truth);
            if (recipe.IouWeight > 0)
            {
                // (M)
                Tensor expected = model
                    .Classifier.PredictIou(stage)
                    .flatten()
                    .index_select(0, tensor(places, device: device))
                    .to(float32);
                Add("iou", nn.functional.binary_cross_entropy_with_logits(expected, iou).Mul(recipe.IouWeight));
            }

            if (isLast)
            {
                measures = iou.cpu()
                    .data<float>()
                    .Zip(pairs, (value, pair) => (value, Name: Kind(pair.Query - queries)))
                    .GroupBy(item => item.Name, item => (double)item.value)
                    .ToDictionary(group => group.Key, group => group.Average());
            }
        }

        return (sums, measures);

        static string Kind(int prompt) =>
            prompt < 0 ? "object_iou"
            : SegmentationSample.IsPoint(prompt) ? "point_iou"
            : "box_iou";

        void Add(string name, Tensor value) => sums[name] = sums.TryGetValue(name, out Tensor? sum) ? sum.Add(value) : value;
    }

    /// <summary>The last masks as coarse as those before, which is enough to tell which object they are of.</summary>
    private static Tensor Coarsen(Tensor masks, Tensor early)
    {
        using var noGradient = no_grad();
        return PointSampler.Shares(masks, early.shape[2], early.shape[3]);
    }

    /// <summary>Masks that say no where nothing can be said, which is what targets say there: nothing is learnt of it.</summary>
    private static DecoderStage WithoutIgnored(DecoderStage stage, SegmentationTargets targets)
    {
        const double Some = 0.25;
        const double No = -20;
        if (targets.Ignored is null)
        {
            return stage;
        }

        // (B, 1, h, w)
        Tensor ignored = PointSampler
            .Shares(targets.Ignored, stage.MaskLogits.shape[2], stage.MaskLogits.shape[3])
            .Gt(Some)
            .unsqueeze(1);
        return new DecoderStage(stage.Normalized, stage.MaskLogits.MaskedFill(ignored, No));
    }

    /// <summary>(M): the IoU that each mask really has, without gradient.</summary>
    private static Tensor TrueIou(Tensor logits, Tensor truth)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor small = PointSampler.Shares(truth, logits.shape[1], logits.shape[2]).Gt(0.5);
        Tensor inside = logits.Gt(0);
        Tensor both = inside.logical_and(small).to(float32).sum([1, 2]);
        Tensor either = inside.logical_or(small).to(float32).sum([1, 2]);
        return both.div(either.Add(1e-6)).MoveToOuterDisposeScope();
    }

    /// <summary>The queries and objects that belong together: by matching, then the prompts, whose queries lie behind the learned
    /// ones.</summary>
    private static IEnumerable<(int Picture, int Query, int Target)> Pairs(
        int[][] matches,
        IReadOnlyList<int[]>? prompts,
        int queries
    )
    {
        for (int picture = 0; picture < matches.Length; picture++)
        {
            foreach ((int target, int query) in matches[picture].Index().Where(match => match.Item >= 0))
            {
                yield return (picture, query, target);
            }

            foreach ((int i, int target) in (prompts?[picture] ?? []).Index())
            {
                yield return (picture, queries + i, target);
            }
        }
    }
}
