using OmgLlava.Torch;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Training;

/// <summary>
/// Object tokens that are made of labels: the class, the colours and the place are true, all else that an object query tells is
/// noise. So a language model learns to look things up, to name, count and compare them, before it has to cope with what
/// perception gets wrong, and at two to three times the speed. Not in the paper.
/// </summary>
/// <param name="Tokens">The tokens of each picture; a grid of one pixel token stands before them.</param>
/// <param name="MaskLogits">(B, Q, h, w): positive inside of an object.</param>
/// <param name="Areas">(N, D): the tokens of boxes and regions; null for none.</param>
/// <param name="Points">(N, D): those of points.</param>
internal sealed record LabelledTokens(VisualTokens Tokens, Tensor MaskLogits, Tensor? Areas, Tensor? Points)
{
    private const double LeastCertainty = 0.5; // of a class that is known
    private const double MostScattered = 0.7; // of what remains of certainty, the share that goes to other classes
    private const int OtherClasses = 3;

    /// <summary>Makes the tokens of a batch.</summary>
    /// <param name="network">Its projector makes them.</param>
    /// <param name="labels">What is known.</param>
    /// <param name="random">Draws noise and certainty.</param>
    public static LabelledTokens Of(OmgLlavaNetwork network, LabelledPictures labels, Generator random)
    {
        VisualProjector projector = network.VisualProjector;
        Device device = labels.Objects.device;
        var rows = QueryRows.Of([.. labels.Owners.Select(owner => (long)owner)], labels.Count, device);
        Tensor taken = zeros([labels.Count * rows.Longest], ScalarType.Bool, device);
        taken.index_copy_(0, rows.Places, ones([labels.Owners.Count], ScalarType.Bool, device));
        taken = taken.view(labels.Count, rows.Longest); // (B, Q)
        // (B, Q, h, w)
        Tensor logits = rows.Spread(labels.Objects).Sub(0.5).mul(taken.to(float32).unsqueeze(-1).unsqueeze(-1));
        Tensor queries = Queries([.. Enumerable.Range(0, labels.Classes.Count)]);
        VisualTokens tokens = projector.ProjectImages(
            zeros([labels.Count, 1, projector.Config.FeatureWidth], device: device),
            new PerceptionPrior(
                zeros([labels.Count, 1, projector.Config.SeenQueryWidth], device: device),
                taken.logical_not().unsqueeze(-1)
            ),
            rows.Spread(queries),
            TokenPlaces.Of(1, 1, logits)
        );
        return new LabelledTokens(tokens, logits, Prompts(labels.Areas), Prompts(labels.Points));

        // a prompt's own query finds the same thing, and says it in another way
        Tensor? Prompts(IReadOnlyList<int> objects)
        {
            if (objects.Count == 0)
            {
                return null;
            }

            Tensor which = tensor([.. objects.Select(i => (long)i)], device: device);
            return projector.ProjectPrompts(
                Queries(objects),
                zeros_like(which),
                tokens,
                TokenPlaces.OfMasks(labels.Objects.index_select(0, which).Sub(0.5))
            );
        }

        Tensor Queries(IReadOnlyList<int> objects)
        {
            Tensor noise = rand([objects.Count, 1], generator: random).mul(
                randn([objects.Count, projector.Config.QueryWidth], generator: random)
            );
            Tensor scores = Scores([.. objects.Select(i => labels.Classes[i])], projector.Config.ClassScores, random);
            Tensor colors = labels
                .Colors.index_select(0, tensor([.. objects.Select(i => (long)i)], device: device))
                .narrow(1, 0, projector.Config.ColorScores);
            return cat([noise.to(device), scores.to(device), colors], dim: 1);
        }
    }

    /// <summary>(N, K): a probability for each class.</summary>
    private static Tensor Scores(IReadOnlyList<int> classes, int count, Generator random)
    {
        if (count == 0)
        {
            return zeros([classes.Count, 0]);
        }

        Tensor known = tensor([.. classes.Select(c => c == SceneObject.UnknownClass ? 0f : 1f)]).unsqueeze(1);
        Tensor index = tensor([.. classes.Select(c => Math.Max(0L, c))]).unsqueeze(1);
        Tensor certainty = rand([classes.Count, 1], generator: random).Mul(1 - LeastCertainty).Add(LeastCertainty).mul(known);
        Tensor others = rand([classes.Count, OtherClasses], generator: random)
            .Mul(MostScattered / OtherClasses)
            .mul(certainty.neg().Add(1));
        Tensor which = randint(count, [classes.Count, OtherClasses], dtype: int64, generator: random);
        return zeros([classes.Count, count]).scatter_add(1, which, others).scatter_add(1, index, certainty);
    }
}
