using OmgLlava.Imaging;

namespace OmgLlava;

/// <summary>
/// The part of a picture around a small thing, looked at anew so that the thing fills more of the model's input: a model that
/// sees 256 x 256 pixels of a photograph has few left for a thing of a twentieth of its width.
/// </summary>
/// <param name="X">Left edge in the picture's pixels.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width in the picture's pixels.</param>
/// <param name="Height">Height.</param>
internal sealed record CloseLook(int X, int Y, int Width, int Height)
{
    private const int LeastSide = 32; // less is enlarged to nothing but blur
    private const double MostShare = 0.8; // of the picture's longer side; more gains nothing

    /// <summary>Where to look for a thing.</summary>
    /// <param name="thing">Its box.</param>
    /// <param name="picture">The picture's size.</param>
    /// <param name="times">The square's side, in times the box's longer side.</param>
    /// <returns>Null where the thing is large in the picture already.</returns>
    public static CloseLook? At(PixelBox thing, ImageGeometry picture, double times)
    {
        double side = Math.Max(LeastSide, Math.Ceiling(times * Math.Max(thing.Width, thing.Height)));
        if (side >= MostShare * Math.Max(picture.Width, picture.Height))
        {
            return null;
        }

        (int width, int height) = ((int)Math.Min(side, picture.Width), (int)Math.Min(side, picture.Height));
        return new CloseLook(
            Math.Clamp((int)(thing.Center.X - (width / 2f)), 0, picture.Width - width),
            Math.Clamp((int)(thing.Center.Y - (height / 2f)), 0, picture.Height - height),
            width,
            height
        );
    }

    /// <summary>That part of the picture.</summary>
    public RgbImage Of(RgbImage picture) => picture.Part(X, Y, Width, Height);

    /// <summary>A prompt in pixels of the part; what reaches over its edge ends there.</summary>
    public VisualPrompt Of(VisualPrompt prompt) =>
        prompt switch
        {
            VisualPrompt.PointPrompt(var at) => VisualPrompt.Point(
                Math.Clamp(at.X - X, 0, Width - 1),
                Math.Clamp(at.Y - Y, 0, Height - 1)
            ),
            VisualPrompt.BoxPrompt(var box) => VisualPrompt.Box(
                Math.Max(0, box.X0 - X),
                Math.Max(0, box.Y0 - Y),
                Math.Min(Width, box.X1 - X),
                Math.Min(Height, box.Y1 - Y)
            ),
            VisualPrompt.RegionPrompt(var mask) => VisualPrompt.Region(new Mask(mask.Runs.Part(X, Y, Width, Height))),
            _ => throw new ArgumentOutOfRangeException(nameof(prompt), prompt, "Unknown kind of prompt."),
        };

    /// <summary>A mask of the part as one of the picture.</summary>
    public Mask Back(Mask mask, ImageGeometry picture) => new(mask.Runs.Within(X, Y, picture.Width, picture.Height));
}
