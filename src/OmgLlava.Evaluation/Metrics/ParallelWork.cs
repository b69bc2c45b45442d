namespace OmgLlava.Evaluation.Metrics;

/// <summary>Runs work on all cores; an error reaches the caller as it was thrown.</summary>
internal static class ParallelWork
{
    public static void For(int count, Action<int> work, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, work);
        }
        catch (AggregateException errors) when (errors.InnerExceptions[0] is OmgLlavaException or ArgumentException)
        {
            throw errors.InnerExceptions[0];
        }
    }
}
