using OmgLlava.Training.Engine;

namespace OmgLlava.Training.Samples;

/// <summary>
/// Length-grouped batches: the samples of several batches are made together, sorted by length and cut into batches, whose order
/// is random. Less is padded, and every sample is still seen once. The batches of one step are equally long, since they are
/// computed side by side.
/// </summary>
/// <param name="batch">Samples of a batch.</param>
/// <param name="parts">Batches of a step.</param>
/// <param name="seed">Seed of the batches' order.</param>
/// <param name="make">Makes the sample at a place.</param>
/// <param name="length">Its length.</param>
internal sealed class LengthGroups<T>(int batch, int parts, int seed, Func<long, T> make, Func<T, int> length)
{
    private const int Steps = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Lazy<T[][]>> _groups = [];

    /// <summary>The samples of a batch.</summary>
    public T[] Batch(long number)
    {
        int batches = Steps * parts;
        long group = number / batches;
        Lazy<T[][]> samples;
        lock (_gate)
        {
            if (!_groups.TryGetValue(group, out samples!))
            {
                foreach (long old in _groups.Keys.Where(key => key < group - 1 || key > group + 2).ToArray())
                {
                    _groups.Remove(old);
                }

                _groups[group] = samples = new Lazy<T[][]>(() => Make(group));
            }
        }

        return samples.Value[number % batches];
    }

    private T[][] Make(long group)
    {
        int count = Steps * parts * batch;
        T[][] steps = [.. Enumerable.Range(0, count).Select(i => make((group * count) + i)).OrderBy(length).Chunk(parts * batch)];
        RandomSeed.Generator(seed, group, RandomSeed.Purpose.Order).Shuffle(steps);
        return
        [
            .. steps.SelectMany(step =>
                Enumerable.Range(0, parts).Select(part => step.Where((_, i) => i % parts == part).ToArray())
            ),
        ];
    }
}
