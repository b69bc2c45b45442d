using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// Keys and values of one batch of conversations in pages of 64 positions, so that growing copies nothing and forgetting gives
/// memory back. A page holds, for every layer and key head, the keys (head size, 64) and the values (64, head size).
/// </summary>
internal sealed unsafe class CpuKvCache : IKeyValueCache
{
    /// <summary>Positions of a page.</summary>
    public const int PagePositions = 64;

    private readonly List<AlignedMemory>[] _pages;
    private readonly int _elementSize;
    private readonly int _keyValueHeads;
    private readonly int _layers;

    public CpuKvCache(CpuLanguageModel owner, LanguageConfig config, CacheFormat format, int[] leftPadding)
    {
        (Owner, Format, _layers, _keyValueHeads) = (owner, format, config.Layers, config.KeyValueHeads);
        LeftPadding = leftPadding.Length == 0 ? [0] : [.. leftPadding];
        _pages = [.. LeftPadding.Select(_ => new List<AlignedMemory>())];
        _elementSize = format == CacheFormat.Float16 ? 2 : 4;
        ValueStride = (config.HeadSize + 7) / 8 * 8;
        HeadSize = config.HeadSize;
    }

    /// <inheritdoc/>
    public int Length { get; private set; }

    /// <summary>The model that it belongs to.</summary>
    public CpuLanguageModel Owner { get; }

    /// <summary>How numbers are held.</summary>
    public CacheFormat Format { get; }

    /// <summary>For each row of the batch, how many of the first positions are padding.</summary>
    public IReadOnlyList<int> LeftPadding { get; }

    /// <summary>Width of a head.</summary>
    public int HeadSize { get; }

    /// <summary>Distance of the values of two positions: the head size, filled up to a multiple of 8.</summary>
    public int ValueStride { get; }

    /// <summary>Bytes taken.</summary>
    public long ByteCount => _pages.Sum(row => row.Sum(page => page.ByteCount));

    private int HeadBytes => PagePositions * (HeadSize + ValueStride) * _elementSize;

    /// <inheritdoc/>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        int kept = (length + PagePositions - 1) / PagePositions;
        foreach (List<AlignedMemory> row in _pages)
        {
            row.Skip(kept).ToList().ForEach(page => page.Dispose());
            row.RemoveRange(Math.Min(kept, row.Count), Math.Max(0, row.Count - kept));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Truncate(Length = 0);

    /// <summary>Takes memory for positions up to a length; they do not count until <see cref="Advance"/>.</summary>
    public void Reserve(int length)
    {
        foreach (List<AlignedMemory> row in _pages)
        {
            while (row.Count * PagePositions < length)
            {
                row.Add(new AlignedMemory((long)_layers * _keyValueHeads * HeadBytes));
            }
        }
    }

    /// <summary>Counts positions that all layers have written.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Writes the key and the value of a position.</summary>
    public void Write(int row, int layer, int head, int position, float* key, float* value)
    {
        byte* keys = Head(row, layer, head, position / PagePositions);
        byte* values = keys + (PagePositions * HeadSize * _elementSize);
        int slot = position % PagePositions;
        if (Format == CacheFormat.Float32)
        {
            for (int i = 0; i < HeadSize; i++)
            {
                ((float*)keys)[(i * PagePositions) + slot] = key[i];
                ((float*)values)[(slot * ValueStride) + i] = value[i];
            }

            new Span<float>((float*)values + (slot * ValueStride) + HeadSize, ValueStride - HeadSize).Clear();
        }
        else
        {
            for (int i = 0; i < HeadSize; i++)
            {
                ((Half*)keys)[(i * PagePositions) + slot] = (Half)key[i];
                ((Half*)values)[(slot * ValueStride) + i] = (Half)value[i];
            }

            new Span<Half>((Half*)values + (slot * ValueStride) + HeadSize, ValueStride - HeadSize).Clear();
        }
    }

    /// <summary>The keys and values of a page as float32.</summary>
    /// <param name="row">Row of the batch.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="head">The key head.</param>
    /// <param name="page">The page.</param>
    /// <param name="scratch">Room for them: 64 (head size + <see cref="ValueStride"/>) numbers.</param>
    /// <returns>Keys (head size, 64) and values (64, <see cref="ValueStride"/>); what was never written is arbitrary.</returns>
    public (IntPtr Keys, IntPtr Values) Read(int row, int layer, int head, int page, float* scratch)
    {
        byte* keys = Head(row, layer, head, page);
        if (Format == CacheFormat.Float32)
        {
            return ((IntPtr)keys, (IntPtr)((float*)keys + (PagePositions * HeadSize)));
        }

        int count = PagePositions * (HeadSize + ValueStride);
        for (int i = 0; i < count; i += 8)
        {
            System.Runtime.Intrinsics.Vector256.Store(
                Float16.ToSingle(System.Runtime.Intrinsics.Vector128.Load((ushort*)keys + i)),
                scratch + i
            );
        }

        return ((IntPtr)scratch, (IntPtr)(scratch + (PagePositions * HeadSize)));
    }

    private byte* Head(int row, int layer, int head, int page) =>
        _pages[row][page].Pointer + ((((long)layer * _keyValueHeads) + head) * HeadBytes);
}
