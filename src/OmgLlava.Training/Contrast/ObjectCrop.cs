using OmgLlava.Imaging;
using OmgLlava.Training.Samples;

namespace OmgLlava.Training.Contrast;

/// <summary>A picture of one object, cut out of its scene with some of what is around it.</summary>
internal sealed record ObjectCrop(int Class, string Word, RgbImage Picture)
{
    private const double LeastMargin = 1.05;
    private const double MostMargin = 1.6;

    /// <summary>Cuts out an object.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="item">The object, at least one pixel of it visible.</param>
    /// <param name="word">What it is called.</param>
    /// <param name="side">Side of the result in pixels.</param>
    /// <param name="random">Chooses how much is around it and where it stands.</param>
    public static ObjectCrop Cut(RgbImage scene, SceneObject item, string word, int side, Random random)
    {
        PixelBox box = item.Mask.Box!.Value;
        double longest = Math.Max(box.X1 - box.X0, box.Y1 - box.Y0);
        double size = longest * (LeastMargin + ((MostMargin - LeastMargin) * random.NextDouble()));
        int cut = Math.Clamp((int)Math.Ceiling(size), 1, Math.Min(scene.Width, scene.Height));
        int x = Place((box.X0 + box.X1) / 2, scene.Width);
        int y = Place((box.Y0 + box.Y1) / 2, scene.Height);
        byte[] pixels = new byte[3 * cut * cut];
        for (int row = 0; row < cut; row++)
        {
            scene.Pixels.Slice(3 * (((y + row) * scene.Width) + x), 3 * cut).CopyTo(pixels.AsSpan(3 * cut * row));
        }

        return new ObjectCrop(item.Class, word, PillowResampler.Bicubic(new RgbImage(cut, cut, pixels), side, side));

        int Place(double center, int limit)
        {
            double shift = (size - longest) * (random.NextDouble() - 0.5);
            return Math.Clamp((int)(center + shift - (cut / 2.0)), 0, limit - cut);
        }
    }
}
