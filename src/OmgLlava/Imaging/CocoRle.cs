using System.Text;

namespace OmgLlava.Imaging;

/// <summary>
/// COCO's run-length encoding of a mask: lengths of runs in column-major order, background first. The text form is byte for byte
/// that of pycocotools.
/// </summary>
public sealed class CocoRle
{
    private const long MaxPixels = 1L << 28;

    private readonly uint[] _runs;

    private CocoRle(int width, int height, uint[] runs) => (Width, Height, _runs) = (width, height, runs);

    /// <summary>Width of the picture in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the picture in pixels.</summary>
    public int Height { get; }

    /// <summary>Run lengths, background and foreground by turns.</summary>
    public IReadOnlyList<uint> Runs => _runs;

    /// <summary>The same run lengths, for loops that count.</summary>
    internal ReadOnlySpan<uint> RunLengths => _runs;

    /// <summary>Number of pixels inside.</summary>
    public long Area
    {
        get
        {
            long area = 0;
            for (int i = 1; i < _runs.Length; i += 2)
            {
                area += _runs[i];
            }

            return area;
        }
    }

    /// <summary>Encodes pixels.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="pixels">Row-major, true inside.</param>
    public static CocoRle FromPixels(int width, int height, ReadOnlySpan<bool> pixels) =>
        FromMaskRuns(MaskRuns.Of(width, height, pixels));

    /// <summary>Encodes runs along rows.</summary>
    internal static CocoRle FromMaskRuns(MaskRuns runs) => new(runs.Width, runs.Height, runs.ToColumnRuns());

    /// <summary>Takes run lengths as they stand in an uncompressed annotation.</summary>
    /// <exception cref="OmgLlavaException">They do not add up to the picture.</exception>
    public static CocoRle FromRuns(int width, int height, IReadOnlyList<uint> runs)
    {
        long pixels = (long)width * height;
        if (width < 1 || height < 1 || pixels > MaxPixels)
        {
            throw new OmgLlavaException($"A run-length encoding of {width} x {height} pixels is not supported.");
        }

        long sum = runs.Sum(run => (long)run);
        return sum == pixels
            ? new CocoRle(width, height, [.. runs])
            : throw new OmgLlavaException($"The runs of a mask add up to {sum} pixels, but {width} x {height} are {pixels}.");
    }

    /// <summary>Reads the compressed text form.</summary>
    /// <exception cref="OmgLlavaException">The text is damaged or does not fill the picture.</exception>
    public static CocoRle Parse(int width, int height, string counts)
    {
        var runs = new List<uint>();
        int at = 0;
        while (at < counts.Length)
        {
            long value = 0;
            int shift = 0;
            int digit;
            do
            {
                digit = at < counts.Length ? counts[at++] - 48 : -1;
                if (digit is < 0 or > 63 || shift > 35)
                {
                    throw new OmgLlavaException("The counts of a mask are not a compressed run-length encoding.");
                }

                value |= (long)(digit & 0x1f) << shift;
                shift += 5;
            } while ((digit & 0x20) != 0);

            value |= (digit & 0x10) != 0 ? -1L << shift : 0;
            value += runs.Count > 2 ? runs[^2] : 0;
            runs.Add(
                value is >= 0 and <= uint.MaxValue
                    ? (uint)value
                    : throw new OmgLlavaException("The counts of a mask hold a negative run.")
            );
        }

        return FromRuns(width, height, runs);
    }

    /// <summary>The compressed text form.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Runs.Count; i++)
        {
            long value = Runs[i] - (i > 2 ? (long)Runs[i - 2] : 0);
            bool more;
            do
            {
                long digit = value & 0x1f;
                value >>= 5;
                more = (digit & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)(digit + (more ? 0x20 : 0) + 48));
            } while (more);
        }

        return text.ToString();
    }

    /// <summary>The pixels, row-major, true inside.</summary>
    public bool[] ToPixels()
    {
        bool[] pixels = new bool[Width * Height];
        long at = 0;
        for (int i = 0; i < _runs.Length; at += _runs[i], i++)
        {
            (int x, int y) = ((int)(at / Height), (int)(at % Height));
            for (uint left = i % 2 == 1 ? _runs[i] : 0; left > 0; left--)
            {
                pixels[(y * Width) + x] = true;
                if (++y == Height)
                {
                    (x, y) = (x + 1, 0);
                }
            }
        }

        return pixels;
    }
}
