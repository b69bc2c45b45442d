namespace OmgLlava.Training.Engine;

/// <summary>The published schedule: a linear rise from 1e-5 of the highest learning rate, then half a cosine down to 0.</summary>
/// <param name="Highest">The highest learning rate.</param>
/// <param name="Steps">All steps.</param>
/// <param name="WarmupShare">Share of the steps that the rise takes.</param>
internal sealed record LearningRateSchedule(double Highest, int Steps, double WarmupShare)
{
    private const double StartFactor = 1e-5;

    /// <summary>Steps of the rise.</summary>
    public int Warmup => (int)(Steps * WarmupShare);

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">0 for the first.</param>
    public double At(int step)
    {
        if (step < Warmup)
        {
            return Highest * (StartFactor + ((1 - StartFactor) * step / Warmup));
        }

        double progress = Math.Min(1, (double)(step - Warmup) / Math.Max(1, Steps - Warmup));
        return Highest * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
