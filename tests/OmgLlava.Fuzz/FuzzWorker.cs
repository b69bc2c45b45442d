namespace OmgLlava.Fuzz;

/// <summary>Runs inputs of one target in a process of its own, so that whatever happens to it is noticed by the one that started
/// it.</summary>
internal static class FuzzWorker
{
    private const long MostAllocated = 256L << 20;
    private const int MostKept = 4000;

    /// <summary>Runs inputs from the state's index up to an end.</summary>
    /// <param name="target">What reads.</param>
    /// <param name="seed">Chance; with the index of the first input it decides all that follow.</param>
    /// <param name="end">One behind the last index.</param>
    /// <param name="state">Told each input before it is read.</param>
    /// <param name="findings">Where faults go.</param>
    public static void Run(FuzzTarget target, int seed, long end, WorkerState state, Findings findings)
    {
        var coverage = new CoverageMap(); // before anything instrumented runs
        FuzzSubject subject = target.Open();
        var random = new Random(unchecked((seed * 1_000_003) + (int)state.Index));
        var mutator = new Mutator(random, subject.Words, WorkerState.LongestInput);
        List<byte[]> kept = [.. subject.Seeds];
        foreach (byte[] good in subject.Seeds)
        {
            coverage.Clear();
            Read(target, subject, good, findings);
            coverage.Add();
        }

        for (; state.Index < end; state.Index++)
        {
            byte[] input = mutator.Change(kept[random.Next(kept.Count)], kept[random.Next(kept.Count)]);
            state.Input = input;
            coverage.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            state.Begun = Environment.TickCount64;
            Read(target, subject, input, findings);
            state.Begun = 0;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MostAllocated)
            {
                findings.Add(target.Name, "memory", input, $"{allocated >> 20} MB were allocated for {input.Length} bytes.");
            }

            if (coverage.Add() && kept.Count < MostKept)
            {
                kept.Add(input);
                (state.Kept, state.Edges) = (kept.Count - subject.Seeds.Count, coverage.Edges);
            }
        }
    }

    private static void Read(FuzzTarget target, FuzzSubject subject, byte[] input, Findings findings)
    {
        try
        {
            subject.Read(input);
        }
        catch (OmgLlavaException error) when (IsSentence(error.Message))
        {
            // Refused in words: that is what should happen.
        }
        catch (Exception error)
        {
            string place =
                error.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("OmgLlava", StringComparison.Ordinal))?.Trim()
                ?? "";
            findings.Add(target.Name, $"{error.GetType().Name} {place}", input, error.ToString());
        }
    }

    private static bool IsSentence(string message) =>
        message.Length is > 0 and < 20_000
        && !message.Contains("System.", StringComparison.Ordinal)
        && !message.Contains("   at ", StringComparison.Ordinal);
}
