using OmgLlava.Torch.Layers;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Training.Segmentation;

/// <summary>
/// The loss of classes. Queries that are paired with an object shall name its class, by cross-entropy. The others shall name none
/// of the classes that the picture is known to have nothing more of: -log(1 - Σ p), which where it is known of all classes is the
/// cross-entropy of the void class. They count little, and not at all where their mask lies on what nothing can be said of.
/// </summary>
internal static class ClassLoss
{
    private const double MostIgnored = 0.5;

    /// <summary>The weighted mean over all queries.</summary>
    /// <param name="classLogits">(B, Q, K + 1).</param>
    /// <param name="maskLogits">(B, Q or more, h, w).</param>
    /// <param name="targets">What is in the pictures.</param>
    /// <param name="pairs">Queries and their objects.</param>
    /// <param name="noObjectWeight">What queries without an object count.</param>
    public static Tensor Compute(
        Tensor classLogits,
        Tensor maskLogits,
        SegmentationTargets targets,
        IReadOnlyList<(int Picture, int Query, int Target)> pairs,
        double noObjectWeight
    )
    {
        using var scope = NewDisposeScope();
        (int batch, int queries) = ((int)classLogits.shape[0], (int)classLogits.shape[1]);
        long nothing = classLogits.shape[2] - 1;
        long[] wanted = new long[batch * queries];
        Array.Fill(wanted, nothing);
        float[] weights = new float[batch * queries];
        for (int picture = 0; picture < batch; picture++)
        {
            bool says = Complete(targets, picture) is not { Count: 0 };
            Array.Fill(weights, says ? (float)noObjectWeight : 0, picture * queries, queries);
        }

        Silence(weights, maskLogits, targets, queries);
        foreach ((int picture, int query, int target) in pairs)
        {
            int label = targets.Classes[picture][target];
            bool known = label != SceneObject.UnknownClass;
            (wanted[(picture * queries) + query], weights[(picture * queries) + query]) = (
                known ? label : nothing,
                known ? 1 : 0
            );
        }

        Tensor labels = tensor(wanted, device: classLogits.device);
        Tensor named = nn.functional.cross_entropy(classLogits.flatten(0, 1), labels, reduction: nn.Reduction.None);
        Tensor losses = where(labels.Eq(nothing), NoneOf(classLogits, targets).flatten(), named);
        Tensor weight = tensor(weights, device: classLogits.device);
        return losses.mul(weight).sum().div(weight.sum().ClampMin(1e-6)).MoveToOuterDisposeScope();
    }

    private static IReadOnlyList<int>? Complete(SegmentationTargets targets, int picture) =>
        targets.Complete.Count == 0 ? null : targets.Complete[picture];

    /// <summary>(B, Q): -log of the probability that it is none of the complete classes.</summary>
    private static Tensor NoneOf(Tensor classLogits, SegmentationTargets targets)
    {
        (int batch, long classes) = ((int)classLogits.shape[0], classLogits.shape[2]);
        bool[] complete = new bool[batch * classes];
        for (int picture = 0; picture < batch; picture++)
        {
            foreach (int c in Complete(targets, picture) ?? [.. Enumerable.Range(0, (int)classes - 1)])
            {
                complete[(picture * classes) + c] = true;
            }
        }

        Tensor excluded = tensor(complete, device: classLogits.device).view(batch, 1, classes);
        return classLogits.logsumexp(-1).sub(classLogits.MaskedFill(excluded, double.NegativeInfinity).logsumexp(-1));
    }

    /// <summary>Takes the weight of queries whose mask lies mostly on what nothing can be said of.</summary>
    private static void Silence(float[] weights, Tensor maskLogits, SegmentationTargets targets, int queries)
    {
        if (targets.Ignored is null)
        {
            return;
        }

        using var noGradient = no_grad();
        Tensor inside = maskLogits.narrow(1, 0, queries).Gt(0).to(float32).flatten(2); // (B, Q, h * w)
        // (B, h * w, 1)
        Tensor ignored = PointSampler.Shares(targets.Ignored, maskLogits.shape[2], maskLogits.shape[3]).flatten(1).unsqueeze(2);
        Tensor share = inside.matmul(ignored).squeeze(2).div(inside.sum(2).Add(1e-6));
        foreach ((int i, float value) in share.flatten().cpu().data<float>().ToArray().Index())
        {
            weights[i] = value > MostIgnored ? 0 : weights[i];
        }
    }
}
