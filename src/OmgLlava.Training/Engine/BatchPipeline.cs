namespace OmgLlava.Training.Engine;

/// <summary>Makes batches ready on other threads while the training thread computes. Which batches there are depends on nothing
/// but their numbers.</summary>
internal sealed class BatchPipeline(Func<long, Func<ulong, StepLosses>> prepare, int ahead = 3) : IDisposable
{
    private readonly Dictionary<long, Task<Func<ulong, StepLosses>>> _running = [];

    /// <summary>The batch of a number, prepared; the following ones are begun.</summary>
    public Func<ulong, StepLosses> Take(long batch, Func<long, long> next)
    {
        long wanted = batch;
        for (int i = 0; i < ahead; i++)
        {
            long number = wanted;
            if (!_running.ContainsKey(number))
            {
                _running[number] = Task.Run(() => prepare(number));
            }

            wanted = next(number);
        }

        Func<ulong, StepLosses> ready = _running[batch].GetAwaiter().GetResult();
        if (next(batch) != batch)
        {
            _running.Remove(batch);
        }

        return ready;
    }

    public void Dispose()
    {
        try
        {
            Task.WaitAll([.. _running.Values]);
        }
        catch (AggregateException)
        {
            // What failed would have been reported when it was taken.
        }
    }
}
