namespace OmgLlava.Conversion.Pulling;

/// <summary>Pauses between attempts: each twice as long as the one before, or as long as the hub asks. Progress starts the count
/// anew.</summary>
internal sealed class Retries(HubSettings settings, Action<string>? notes)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private int _failures;

    /// <summary>Something came: the next failure is the first again.</summary>
    public void Progressed() => _failures = 0;

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="OmgLlavaException">There were too many in a row, or the hub asks for more time than anybody
    /// waits.</exception>
    public async Task WaitAsync(HubInterruption interruption, CancellationToken cancellation)
    {
        if (++_failures >= settings.Attempts)
        {
            throw new OmgLlavaException(
                $"{interruption.Message}; given up after {_failures} attempts. Run the same again later: what was downloaded "
                    + $"stays, and it goes on from there.",
                interruption
            );
        }

        if (interruption.Wait > LongestWait)
        {
            throw new OmgLlavaException(
                $"{interruption.Message} and asks to wait {interruption.Wait.Value.TotalMinutes:F0} minutes. Run the same "
                    + $"again then, or set HF_TOKEN: users who are signed in may ask more often.",
                interruption
            );
        }

        // not all clients at once
        double doubled = settings.Pause.TotalSeconds * Math.Pow(2, _failures - 1) * (0.75 + (Random.Shared.NextDouble() / 4));
        TimeSpan pause = interruption.Wait ?? TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, doubled));
        notes?.Invoke(
            FormattableString.Invariant($"{interruption.Message}; trying again in {Math.Ceiling(pause.TotalSeconds)} s.")
        );
        await Task.Delay(pause, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs an attempt until it succeeds.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> attempt, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (HubInterruption interruption)
            {
                await WaitAsync(interruption, cancellation).ConfigureAwait(false);
            }
        }
    }
}
