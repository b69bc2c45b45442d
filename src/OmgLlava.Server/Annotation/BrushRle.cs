using OmgLlava.Imaging;

namespace OmgLlava.Server.Annotation;

/// <summary>
/// Label Studio's run lengths for brushes: thi.ng's rle-pack of the mask as a picture of four channels, 255 inside. A head of 32
/// bits for the number of values, 5 for the bits of a value less one and four times 4 for the bits of each kind of length less
/// one; then, for each run, a bit that it is one, two bits for the kind of length, the length less one and the value.
/// </summary>
internal static class BrushRle
{
    private const int Channels = 4;
    private const int ValueBits = 8;

    private static readonly int[] LengthBits = [3, 4, 8, 16];

    /// <summary>Encodes a mask.</summary>
    /// <returns>The bytes, as Label Studio writes them into JSON: one number each.</returns>
    public static IReadOnlyList<int> Encode(Mask mask)
    {
        ReadOnlySpan<bool> pixels = mask.Pixels;
        var bits = new Bits();
        bits.Add((uint)pixels.Length * Channels, 32);
        bits.Add(ValueBits - 1, 5);
        Array.ForEach(LengthBits, size => bits.Add((uint)size - 1, 4));
        for (int at = 0; at < pixels.Length;)
        {
            int run = pixels[at..].IndexOf(!pixels[at]);
            run = run < 0 ? pixels.Length - at : run;
            AddRun(bits, (long)run * Channels, pixels[at] ? byte.MaxValue : 0u);
            at += run;
        }

        return bits.Finish();
    }

    private static void AddRun(Bits bits, long length, uint value)
    {
        while (length > 0)
        {
            int kind = Array.FindIndex(LengthBits, size => length <= 1L << size);
            kind = kind < 0 ? LengthBits.Length - 1 : kind;
            long part = Math.Min(length, 1L << LengthBits[kind]);
            bits.Add(1, 1);
            bits.Add((uint)kind, 2);
            bits.Add((uint)(part - 1), LengthBits[kind]);
            bits.Add(value, ValueBits);
            length -= part;
        }
    }

    private sealed class Bits
    {
        private readonly List<int> _bytes = [];
        private ulong _open;
        private int _count;

        public void Add(uint value, int size)
        {
            _open = (_open << size) | value;
            _count += size;
            while (_count >= 8)
            {
                _count -= 8;
                _bytes.Add((int)((_open >> _count) & 0xFF));
            }

            _open &= (1UL << _count) - 1;
        }

        /// <summary>Fills the last byte with zeros; where it is full Label Studio adds one, and so it is done here.</summary>
        public List<int> Finish()
        {
            Add(0, 8 - _count);
            return _bytes;
        }
    }
}
