using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Clicks into the middle of the largest error, as interactive segmentation is evaluated (RITM's Clicker): at the pixel farthest
/// from the border of the missing or of the surplus part, the first in reading order, and never twice on one pixel.
/// </summary>
public static class ClickSimulator
{
    /// <summary>The next click; null when the masks are equal, or every wrong pixel was clicked.</summary>
    /// <param name="truth">The object.</param>
    /// <param name="prediction">The mask so far; null before the first click.</param>
    /// <param name="clicks">The clicks so far.</param>
    /// <exception cref="ArgumentException">The masks have different sizes.</exception>
    public static SimulatedClick? Next(Mask truth, Mask? prediction, IReadOnlyList<SimulatedClick> clicks)
    {
        if (prediction is not null && (prediction.Width, prediction.Height) != (truth.Width, truth.Height))
        {
            throw new ArgumentException(
                $"The masks have different sizes: {truth.Width} x {truth.Height} and {prediction.Width} x {prediction.Height}.",
                nameof(prediction)
            );
        }

        bool[] missing = new bool[truth.Pixels.Length];
        bool[] surplus = new bool[truth.Pixels.Length];
        for (int i = 0; i < missing.Length; i++)
        {
            bool given = prediction is not null && prediction.Pixels[i];
            missing[i] = truth.Pixels[i] && !given;
            surplus[i] = !truth.Pixels[i] && given;
        }

        (int at, int distance) missed = Farthest(missing);
        (int at, int distance) added = Farthest(surplus);
        (int at, int distance) chosen = missed.distance > added.distance ? missed : added;
        return chosen.distance == 0
            ? null
            : new SimulatedClick(chosen.at % truth.Width, chosen.at / truth.Width, missed.distance > added.distance);

        (int At, int Distance) Farthest(bool[] part)
        {
            int[] distances = SquaredDistances.ToOutside(part, truth.Width, truth.Height);
            foreach (SimulatedClick click in clicks)
            {
                distances[(click.Y * truth.Width) + click.X] = 0;
            }

            int best = distances.Max();
            return (Array.IndexOf(distances, best), best);
        }
    }
}
