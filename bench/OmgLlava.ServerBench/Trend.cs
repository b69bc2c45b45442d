namespace OmgLlava.ServerBench;

/// <summary>The straight line through what was measured over time, by least squares.</summary>
/// <param name="Mean">Of the values.</param>
/// <param name="Drift">By how much the line rises from the first time to the last.</param>
/// <param name="Scatter">Standard deviation of the values around the line.</param>
internal sealed record Trend(double Mean, double Drift, double Scatter)
{
    /// <summary>Whether the line rises by at most twice the scatter of the values around it.</summary>
    public bool Flat => Drift <= 2 * Scatter;

    /// <summary>The line through values; all zero of fewer than three.</summary>
    public static Trend Of(IReadOnlyList<(double Time, double Value)> samples)
    {
        if (samples.Count < 3)
        {
            return new Trend(samples.Count == 0 ? 0 : samples.Average(sample => sample.Value), 0, 0);
        }

        double time = samples.Average(sample => sample.Time);
        double mean = samples.Average(sample => sample.Value);
        double spread = samples.Sum(sample => (sample.Time - time) * (sample.Time - time));
        double slope = samples.Sum(sample => (sample.Time - time) * (sample.Value - mean)) / spread;
        double rest = samples.Sum(sample => Math.Pow(sample.Value - mean - (slope * (sample.Time - time)), 2));
        return new Trend(mean, slope * (samples[^1].Time - samples[0].Time), Math.Sqrt(rest / (samples.Count - 2)));
    }
}
