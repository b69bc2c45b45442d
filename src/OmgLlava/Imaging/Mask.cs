namespace OmgLlava.Imaging;

/// <summary>A set of pixels of a picture. Immutable.</summary>
public sealed class Mask
{
    private readonly bool[]? _pixels;
    private readonly Lazy<MaskRuns> _runs;
    private readonly Lazy<(long Area, PixelBox? Box)> _extent;
    private WeakReference<bool[]>? _drawn; // of a mask that was made of runs: as long as somebody looks at it

    /// <summary>Wraps pixels; the array must not be changed afterwards.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">height * width values, row-major, true inside.</param>
    /// <exception cref="ArgumentException">The array has another size.</exception>
    public Mask(int width, int height, bool[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != (long)width * height)
        {
            throw new ArgumentException(
                $"{width} x {height} pixels need {(long)width * height} values, not {pixels.LongLength}.",
                nameof(pixels)
            );
        }

        (Width, Height, _pixels) = (width, height, pixels);
        _runs = new Lazy<MaskRuns>(() => MaskRuns.Of(width, height, pixels));
        _extent = new Lazy<(long, PixelBox?)>(() => _runs.Value.Measure());
    }

    /// <summary>A mask that is kept as its runs.</summary>
    internal Mask(MaskRuns runs)
    {
        (Width, Height) = (runs.Width, runs.Height);
        _runs = new Lazy<MaskRuns>(runs);
        _extent = new Lazy<(long, PixelBox?)>(runs.Measure);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>(height, width) values, row-major, true inside. Masks of large pictures are kept smaller; take the span once,
    /// outside of loops.</summary>
    public ReadOnlySpan<bool> Pixels => _pixels ?? Drawn();

    /// <summary>Number of pixels inside.</summary>
    public long Area => _extent.Value.Area;

    /// <summary>The smallest box around the pixels inside, its end exclusive; null when there are none.</summary>
    public PixelBox? Box => _extent.Value.Box;

    /// <summary>Whether no pixel is inside.</summary>
    public bool IsEmpty => Area == 0;

    /// <summary>Whether a pixel is inside.</summary>
    public bool this[int x, int y] => _pixels is null ? _runs.Value.Contains((y * Width) + x) : _pixels[(y * Width) + x];

    /// <summary>The pixels as runs along rows.</summary>
    internal MaskRuns Runs => _runs.Value;

    /// <summary>A mask from a COCO run-length encoding.</summary>
    /// <exception cref="OmgLlavaException">The encoding is damaged.</exception>
    public static Mask FromRle(CocoRle rle) => new(rle.Width, rle.Height, rle.ToPixels());

    /// <summary>The mask as a COCO run-length encoding.</summary>
    public CocoRle ToRle() => CocoRle.FromMaskRuns(Runs);

    /// <summary>
    /// A mask from polygons, drawn as COCO draws them; overlapping parts are joined.
    /// </summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="polygons">Each x0, y0, x1, y1, ... with at least three points.</param>
    /// <exception cref="OmgLlavaException">A polygon has no three points, or a coordinate is no number.</exception>
    public static Mask FromPolygons(int width, int height, IEnumerable<IReadOnlyList<double>> polygons)
    {
        bool[] union = new bool[(long)width * height];
        foreach (IReadOnlyList<double> polygon in polygons)
        {
            bool[] part = PolygonRasterizer.Draw(polygon, width, height).ToPixels();
            for (int i = 0; i < union.Length; i++)
            {
                union[i] |= part[i];
            }
        }

        return new Mask(width, height, union);
    }

    /// <summary>The outlines of the mask along pixel borders: outer ones clockwise, those of holes counter-clockwise.</summary>
    /// <returns>Each x0, y0, x1, y1, ... in pixels.</returns>
    public IReadOnlyList<IReadOnlyList<double>> ToPolygons() => ContourTracer.Trace(this);

    /// <summary>The share of the pixels in either mask that are in both; 1 when both are empty.</summary>
    /// <exception cref="ArgumentException">The masks have different sizes.</exception>
    public double IntersectionOverUnion(Mask other)
    {
        if (other.Width != Width || other.Height != Height)
        {
            throw new ArgumentException("The masks have different sizes.", nameof(other));
        }

        ReadOnlySpan<bool> mine = Pixels;
        ReadOnlySpan<bool> others = other.Pixels;
        long both = 0;
        long either = 0;
        for (int i = 0; i < mine.Length; i++)
        {
            both += mine[i] && others[i] ? 1 : 0;
            either += mine[i] || others[i] ? 1 : 0;
        }

        return either == 0 ? 1 : (double)both / either;
    }

    private bool[] Drawn()
    {
        if (_drawn is null || !_drawn.TryGetTarget(out bool[]? pixels))
        {
            pixels = Runs.ToPixels();
            _drawn = new WeakReference<bool[]>(pixels);
        }

        return pixels;
    }
}
