namespace OmgLlava.Language;

/// <summary>How fast each pair of numbers of a head turns with the position (RoPE, Su et al. 2021), for every executor.</summary>
/// <param name="Values">(rotary size / 2), in radians a position.</param>
/// <param name="Scale">What cosines and sines are multiplied with.</param>
internal sealed record RotaryFrequencies(float[] Values, float Scale)
{
    /// <summary>Computes the frequencies.</summary>
    /// <param name="config">Base, size and scaling.</param>
    /// <param name="length">All positions that attention spans; some kinds of scaling set in beyond the trained ones.</param>
    public static RotaryFrequencies Of(LanguageConfig config, long length)
    {
        double[] plain = Plain(config.RopeTheta, config.RotarySize);
        return config.RopeScaling switch
        {
            null => Create(plain),
            { Type: RopeScaling.Linear } scaling => Create(plain.Select(value => value / scaling.Factor)),
            { Type: RopeScaling.Dynamic } scaling => Create(
                length <= config.MaxPositions ? plain : Stretched(config, scaling, length)
            ),
            { Type: RopeScaling.Llama3 } scaling => Create(plain.Select(value => Llama3(value, scaling))),
            { Type: RopeScaling.LongRope } scaling => LongRope(plain, config, scaling, length),
            var other => throw new OmgLlavaException($"RoPE of type '{other.Type}' is not known."),
        };
    }

    private static RotaryFrequencies Create(IEnumerable<double> values, double scale = 1) =>
        new([.. values.Select(value => (float)value)], (float)scale);

    private static double[] Plain(double theta, int size) =>
        [.. Enumerable.Range(0, size / 2).Select(i => 1 / Math.Pow(theta, 2.0 * i / size))];

    /// <summary>The base grows with the length (dynamic NTK).</summary>
    private static double[] Stretched(LanguageConfig config, RopeScaling scaling, long length)
    {
        int size = config.RotarySize;
        double stretch = (scaling.Factor * length / config.MaxPositions) - (scaling.Factor - 1);
        return Plain(config.RopeTheta * Math.Pow(stretch, size / (size - 2.0)), size);
    }

    /// <summary>Slow turns are stretched, fast ones are not, and between them there is a ramp (Llama 3.1).</summary>
    private static double Llama3(double frequency, RopeScaling scaling)
    {
        double turns = scaling.OriginalMaxPositions!.Value * frequency / (2 * Math.PI); // within the trained positions
        (double low, double high) = (scaling.LowFrequencyFactor!.Value, scaling.HighFrequencyFactor!.Value);
        double share = Math.Clamp((turns - low) / (high - low), 0, 1);
        return frequency * (share + ((1 - share) / scaling.Factor));
    }

    /// <summary>Each pair has its own stretch, of two sets by the length (LongRoPE, Ding et al. 2024); attention gets
    /// sharper.</summary>
    private static RotaryFrequencies LongRope(double[] plain, LanguageConfig config, RopeScaling scaling, long length)
    {
        int trained = scaling.OriginalMaxPositions ?? config.MaxPositions;
        IReadOnlyList<double> factors = length > trained ? scaling.LongFactors! : scaling.ShortFactors!;
        double scale =
            scaling.AttentionFactor ?? (scaling.Factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(scaling.Factor) / Math.Log(trained))));
        return Create(plain.Zip(factors, (value, factor) => value / factor), scale);
    }
}
