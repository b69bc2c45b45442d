namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Counts pixels by their true and their predicted class, as mmsegmentation's IoUMetric does. A prediction outside of the classes
/// counts as wrong, but for no class. Matrices of parts of a set add up, in any order.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly uint _ignored;
    private readonly bool _reduceZeroLabel;
    private readonly long[] _counts; // (truth, prediction), the last prediction column for those outside

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="ignored">Pixels whose true label is this do not count.</param>
    /// <param name="reduceZeroLabel">Whether the true label 0 is ignored too and the others are one too high, as in ADE20K's
    /// files; predictions begin at 0.</param>
    public ConfusionMatrix(int classes, int ignored = 255, bool reduceZeroLabel = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        (Classes, _ignored, _reduceZeroLabel, _counts) = (
            classes,
            (uint)ignored,
            reduceZeroLabel,
            new long[(long)classes * (classes + 1)]
        );
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Pixels of a class that were predicted as another, or itself.</summary>
    public long this[int truth, int prediction] => _counts[(truth * (Classes + 1)) + prediction];

    /// <summary>Pixels of a class whose prediction is no class.</summary>
    public long PredictedOutside(int truth) => this[truth, Classes];

    /// <summary>Pixels of a class.</summary>
    public long LabelArea(int label) => Enumerable.Range(0, Classes + 1).Sum(prediction => this[label, prediction]);

    /// <summary>Pixels predicted as a class, of those that count.</summary>
    public long PredictedArea(int prediction) => Enumerable.Range(0, Classes).Sum(label => this[label, prediction]);

    /// <summary>Counts a picture.</summary>
    /// <param name="truth">The true label of each pixel.</param>
    /// <param name="prediction">The predicted class of each pixel.</param>
    /// <exception cref="OmgLlavaException">The sizes differ, or a true label is no class.</exception>
    public void Add(LabelMap truth, LabelMap prediction)
    {
        if (truth.Width != prediction.Width || truth.Height != prediction.Height)
        {
            throw new OmgLlavaException(
                $"The labels are {truth.Width} x {truth.Height} pixels, but the prediction is {prediction.Width} x "
                    + $"{prediction.Height}."
            );
        }

        for (int i = 0; i < truth.Ids.Length; i++)
        {
            uint label = truth.Ids[i];
            if (label == _ignored || (_reduceZeroLabel && label == 0))
            {
                continue;
            }

            label -= _reduceZeroLabel ? 1u : 0;
            if (label >= (uint)Classes)
            {
                throw new OmgLlavaException($"The labels hold {truth.Ids[i]}, which is none of the {Classes} classes.");
            }

            _counts[(label * (Classes + 1)) + Math.Min(prediction.Ids[i], (uint)Classes)]++;
        }
    }

    /// <summary>Adds what another matrix of the same classes counted.</summary>
    public void Add(ConfusionMatrix other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Classes, Classes);
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>The scores so far.</summary>
    public SemanticScores Scores()
    {
        double[] both = [.. Enumerable.Range(0, Classes).Select(c => (double)this[c, c])];
        double[] label = [.. Enumerable.Range(0, Classes).Select(c => (double)LabelArea(c))];
        double[] predicted = [.. Enumerable.Range(0, Classes).Select(c => (double)PredictedArea(c))];
        double[] iou = [.. both.Select((area, c) => area / (label[c] + predicted[c] - area))];
        double all = label.Sum();
        return new SemanticScores(
            iou,
            [.. both.Select((area, c) => area / label[c])],
            [.. both.Select((area, c) => area / predicted[c])],
            [.. both.Select((area, c) => 2 * area / (label[c] + predicted[c]))],
            both.Sum() / all,
            iou.Select((value, c) => double.IsNaN(value) ? 0 : value * label[c] / all).Sum()
        );
    }
}
