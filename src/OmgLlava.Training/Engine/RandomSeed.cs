namespace OmgLlava.Training.Engine;

/// <summary>
/// Every random choice of a step follows from the recipe's seed and the step's number alone, so that a resumed run repeats what
/// an undisturbed one would have drawn, and no generator's state must be kept.
/// </summary>
internal static class RandomSeed
{
    /// <summary>A seed for one purpose at one place (SplitMix64).</summary>
    public static ulong Of(long seed, long place, Purpose purpose)
    {
        ulong x = unchecked(
            ((ulong)seed * 0x9E3779B97F4A7C15) + ((ulong)place * 0xBF58476D1CE4E5B9) + ((ulong)purpose * 0x94D049BB133111EB)
        );
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
        return x ^ (x >> 31);
    }

    /// <summary>A generator for one purpose at one place.</summary>
    public static Random Generator(long seed, long place, Purpose purpose) => new(unchecked((int)Of(seed, place, purpose)));

    public enum Purpose
    {
        Weights,
        Sample,
        Order,
        Step,
        Prompts,
    }
}
