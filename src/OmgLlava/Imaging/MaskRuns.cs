namespace OmgLlava.Imaging;

/// <summary>
/// The pixels of a mask as runs along rows: [begin, end) in row-major order, ascending, none crossing the end of a row. A mask of
/// a large picture takes kilobytes this way, and what is asked of it takes time by its outline instead of the picture's size.
/// </summary>
internal sealed class MaskRuns
{
    private readonly int[] _bounds; // begin, end, begin, end, ...

    /// <summary>Takes runs; the array must not be changed afterwards.</summary>
    public MaskRuns(int width, int height, int[] bounds) => (Width, Height, _bounds) = (width, height, bounds);

    public int Width { get; }

    public int Height { get; }

    /// <summary>begin, end, begin, end, ...</summary>
    public ReadOnlySpan<int> Bounds => _bounds;

    /// <summary>The runs of row-major pixels.</summary>
    public static MaskRuns Of(int width, int height, ReadOnlySpan<bool> pixels)
    {
        var bounds = new List<int>();
        for (int y = 0; y < height; y++)
        {
            int row = y * width;
            for (int x = 0; x < width;)
            {
                ReadOnlySpan<bool> rest = pixels[(row + x)..(row + width)];
                int begin = rest.IndexOf(true);
                if (begin < 0)
                {
                    break;
                }

                int length = rest[begin..].IndexOf(false);
                int end = length < 0 ? width : x + begin + length;
                bounds.Add(row + x + begin);
                bounds.Add(row + end);
                x = end;
            }
        }

        return new MaskRuns(width, height, [.. bounds]);
    }

    /// <summary>All pixels of masks that share none.</summary>
    public static MaskRuns Union(IReadOnlyList<MaskRuns> parts) =>
        parts.Count == 1
            ? parts[0]
            : new MaskRuns(
                parts[0].Width,
                parts[0].Height,
                [.. parts.SelectMany(part => part._bounds.Chunk(2)).OrderBy(run => run[0]).SelectMany(run => run)]
            );

    /// <summary>What lies in a rectangle, in pixels of the rectangle.</summary>
    public MaskRuns Part(int x, int y, int width, int height)
    {
        var bounds = new List<int>();
        for (int i = 0; i < _bounds.Length; i += 2)
        {
            (int row, int first) = Math.DivRem(_bounds[i], Width);
            (int begin, int end) = (Math.Max(0, first - x), Math.Min(width, first + _bounds[i + 1] - _bounds[i] - x));
            if (row >= y && row < y + height && begin < end)
            {
                bounds.Add(((row - y) * width) + begin);
                bounds.Add(((row - y) * width) + end);
            }
        }

        return new MaskRuns(width, height, [.. bounds]);
    }

    /// <summary>The same pixels in a larger picture in which these begin at (x, y).</summary>
    public MaskRuns Within(int x, int y, int width, int height)
    {
        int[] bounds = new int[_bounds.Length];
        for (int i = 0; i < bounds.Length; i += 2)
        {
            (int row, int first) = Math.DivRem(_bounds[i], Width);
            bounds[i] = ((y + row) * width) + x + first;
            bounds[i + 1] = bounds[i] + _bounds[i + 1] - _bounds[i];
        }

        return new MaskRuns(width, height, bounds);
    }

    /// <summary>Whether a pixel, by its place in row-major order, is inside.</summary>
    public bool Contains(int index)
    {
        int at = Array.BinarySearch(_bounds, index);
        return at < 0
            ? (~at & 1) == 1 // behind a begin, before its end
                             // a begin; or an end at which the next row begins
            : (at & 1) == 0 || (at + 1 < _bounds.Length && _bounds[at + 1] == index);
    }

    /// <summary>Row-major pixels, true inside.</summary>
    public bool[] ToPixels()
    {
        bool[] pixels = new bool[Width * Height];
        for (int i = 0; i < _bounds.Length; i += 2)
        {
            pixels.AsSpan(_bounds[i].._bounds[i + 1]).Fill(true);
        }

        return pixels;
    }

    /// <summary>The number of pixels inside and the smallest box around them, its end exclusive.</summary>
    public (long Area, PixelBox? Box) Measure()
    {
        long area = 0;
        (int left, int right) = (Width, 0);
        for (int i = 0; i < _bounds.Length; i += 2)
        {
            int length = _bounds[i + 1] - _bounds[i];
            int x = _bounds[i] % Width;
            area += length;
            (left, right) = (Math.Min(left, x), Math.Max(right, x + length));
        }

        return area == 0 ? (0, null) : (area, new PixelBox(left, _bounds[0] / Width, right, (_bounds[^2] / Width) + 1));
    }

    /// <summary>The lengths of the runs along columns, outside and inside by turns, as COCO counts them.</summary>
    public uint[] ToColumnRuns()
    {
        // Where a row differs from the one above, columns change sides there. First how often each does, then where.
        int[] first = new int[Width + 1];
        ForEachChange(
            (begin, end, _) =>
            {
                for (int x = begin; x < end; x++)
                {
                    first[x + 1]++;
                }
            }
        );
        for (int x = 0; x < Width; x++)
        {
            first[x + 1] += first[x];
        }

        int[] rows = new int[first[Width]];
        int[] next = first[..Width];
        ForEachChange(
            (begin, end, y) =>
            {
                for (int x = begin; x < end; x++)
                {
                    rows[next[x]++] = y;
                }
            }
        );

        var places = new List<long>();
        for (int x = 0; x < Width; x++)
        {
            for (int i = first[x]; i < first[x + 1]; i++)
            {
                long place = ((long)x * Height) + rows[i];
                if (places.Count > 0 && places[^1] == place)
                {
                    places.RemoveAt(places.Count - 1); // the run goes on from the foot of a column to the head of the next
                }
                else
                {
                    places.Add(place);
                }
            }
        }

        long pixels = (long)Width * Height;
        if (places.Count == 0 || places[^1] != pixels)
        {
            places.Add(pixels);
        }

        return [.. places.Select((place, i) => (uint)(place - (i == 0 ? 0 : places[i - 1])))];
    }

    /// <summary>Calls with [begin, end) of columns and a row y for all pixels on another side than the one above; row H, outside,
    /// ends the columns.</summary>
    private void ForEachChange(Action<int, int, int> change)
    {
        (int above, int at) = (0, 0);
        for (int y = 0; y <= Height; y++)
        {
            (int aboveEnd, int end) = (at, at);
            while (y < Height && end < _bounds.Length && _bounds[end] < (long)(y + 1) * Width)
            {
                end += 2;
            }

            // The bounds of both rows in one ascending walk: between an odd one and the next the rows differ.
            (int a, int b, int open) = (above, at, -1);
            while (a < aboveEnd || b < end)
            {
                int upper = a < aboveEnd ? _bounds[a] - ((y - 1) * Width) : int.MaxValue;
                int lower = b < end ? _bounds[b] - (y * Width) : int.MaxValue;
                int x = Math.Min(upper, lower);
                (a, b) = (upper == x ? a + 1 : a, lower == x ? b + 1 : b);
                if (upper != lower)
                {
                    if (open < 0)
                    {
                        open = x;
                    }
                    else
                    {
                        change(open, x, y);
                        open = -1;
                    }
                }
            }

            (above, at) = (at, end);
        }
    }
}
