using OmgLlava.Training.Engine;

namespace OmgLlava.Training.Samples;

/// <summary>
/// The order of samples: a finite set is gone through again and again, each time shuffled anew; an endless one simply goes on.
/// Where a sample stands follows from its place alone.
/// </summary>
internal sealed class SampleOrder(long count, int seed)
{
    private readonly Lock _gate = new();
    private (long Epoch, int[] Order)? _shuffled;

    /// <summary>The number of the sample at a place.</summary>
    public long At(long place)
    {
        if (count == long.MaxValue)
        {
            return place;
        }

        long epoch = place / count;
        lock (_gate)
        {
            if (_shuffled is not { } known || known.Epoch != epoch)
            {
                int[] order = [.. Enumerable.Range(0, checked((int)count))];
                RandomSeed.Generator(seed, epoch, RandomSeed.Purpose.Order).Shuffle(order);
                _shuffled = known = (epoch, order);
            }

            return known.Order[place % count];
        }
    }
}
