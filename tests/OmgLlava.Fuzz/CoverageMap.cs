namespace OmgLlava.Fuzz;

/// <summary>
/// Which edges of the instrumented code an input passes, and roughly how often, as AFL counts them: an input that shows something
/// new is worth mutating further.
/// </summary>
internal sealed unsafe class CoverageMap
{
    private const int Size = 1 << 16;

    private readonly byte[] _hits = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly byte[] _seen = new byte[Size];

    public CoverageMap()
    {
        fixed (byte* hits = _hits)
        {
            SharpFuzz.Common.Trace.SharedMem = hits;
        }
    }

    /// <summary>Edges seen by any input so far.</summary>
    public int Edges { get; private set; }

    public void Clear()
    {
        Array.Clear(_hits);
        SharpFuzz.Common.Trace.PrevLocation = 0;
    }

    /// <summary>Adds what the last input passed.</summary>
    /// <returns>Whether any of it was new.</returns>
    public bool Add()
    {
        bool isNew = false;
        for (int block = 0; block < Size; block += 64)
        {
            if (!_hits.AsSpan(block, 64).ContainsAnyExcept((byte)0))
            {
                continue;
            }

            for (int i = block; i < block + 64; i++)
            {
                byte bucket = Bucket(_hits[i]);
                if ((_seen[i] | bucket) != _seen[i])
                {
                    Edges += _seen[i] == 0 ? 1 : 0;
                    _seen[i] |= bucket;
                    isNew = true;
                }
            }
        }

        return isNew;
    }

    private static byte Bucket(byte count) =>
        count switch
        {
            0 => 0,
            1 => 1,
            2 => 2,
            3 => 4,
            < 8 => 8,
            < 16 => 16,
            < 32 => 32,
            < 128 => 64,
            _ => 128,
        };
}
