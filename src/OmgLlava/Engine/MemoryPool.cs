namespace OmgLlava.Engine;

/// <summary>Keeps the memory of intermediate results for the next ones: pages that the system has cleared once are not asked for
/// again.</summary>
internal static class MemoryPool
{
    /// <summary>What may lie unused when more is asked of the system, and what <see cref="Trim"/> leaves.</summary>
    private const long KeptBytes = 64L << 20;

    private const long SmallestBytes = 4096;

    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<long, Stack<AlignedMemory>> Free = [];

    /// <summary>Memory of at least so many bytes, with anything in it.</summary>
    public static AlignedMemory Rent(long bytes)
    {
        long size = Round(bytes);
        lock (Gate)
        {
            if (Free.TryGetValue(size, out Stack<AlignedMemory>? stack) && stack.TryPop(out AlignedMemory? memory))
            {
                return memory;
            }

            Trim(); // sizes of an earlier step, which may never come again
        }

        return new AlignedMemory(size);
    }

    /// <summary>Takes memory back.</summary>
    public static void Return(AlignedMemory memory)
    {
        lock (Gate)
        {
            if (!Free.TryGetValue(memory.ByteCount, out Stack<AlignedMemory>? stack))
            {
                Free[memory.ByteCount] = stack = new Stack<AlignedMemory>();
            }

            stack.Push(memory);
        }
    }

    /// <summary>Gives memory that nobody uses back to the system, the largest pieces first, down to a small rest.</summary>
    public static void Trim()
    {
        lock (Gate)
        {
            long held = Free.Sum(entry => entry.Key * entry.Value.Count);
            foreach ((long size, Stack<AlignedMemory> stack) in Free.Reverse())
            {
                while (held > KeptBytes && stack.TryPop(out AlignedMemory? memory))
                {
                    memory.Dispose();
                    held -= size;
                }
            }
        }
    }

    /// <summary>Four sizes for every power of two, so that an eighth is wasted on average.</summary>
    private static long Round(long bytes)
    {
        long size = Math.Max(bytes, SmallestBytes);
        long step = Math.Max(SmallestBytes, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)size) / 8);
        return (size + step - 1) / step * step;
    }
}
