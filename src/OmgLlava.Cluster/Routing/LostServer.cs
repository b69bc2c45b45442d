namespace OmgLlava.Cluster.Routing;

/// <summary>Calls whose server is lost are made again: their grain comes up at another.</summary>
internal static class LostServer
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Whether an error says that a server is gone or going, and not that the call itself failed.</summary>
    public static bool Is(Exception error) =>
        error is OrleansException or EnumerationAbortedException or TimeoutException or ServerLeavingException;

    /// <summary>The pause before the next try.</summary>
    /// <param name="tries">How many there have been.</param>
    public static TimeSpan Pause(int tries) =>
        FirstPause * Math.Pow(2, tries - 1) is var pause && pause < LongestPause ? pause : LongestPause;

    /// <summary>Makes a call, again where its server is lost.</summary>
    /// <param name="call">The call; what it does twice must be as if it had been done once.</param>
    /// <param name="patience">After how long the loss is an error.</param>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> call, TimeSpan patience)
    {
        DateTime deadline = DateTime.UtcNow + patience;
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (Exception error) when (Is(error) && DateTime.UtcNow < deadline)
            {
                await Task.Delay(Pause(tries));
            }
        }
    }
}
