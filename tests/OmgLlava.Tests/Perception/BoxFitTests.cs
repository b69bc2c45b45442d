using OmgLlava.Imaging;
using OmgLlava.Perception;

namespace OmgLlava.Tests.Perception;

public class BoxFitTests
{
    private const int Side = 64; // of the logits; the picture is three times as wide

    /// <summary>A red disc of radius 20 in the middle of green, of which the model has found less than a fifth.</summary>
    [Theory]
    [InlineData(0)] // a box around it
    [InlineData(5)] // and one that somebody drew
    public void A_mask_grows_to_what_has_its_colour(int loose)
    {
        float[] logits = Disc(8, 1, -1);
        float[] fitted = BoxFit.Apply(logits, Side, Picture(), Box(20 + loose));
        Assert.InRange(Overlap(logits), 0.1, 0.2);
        Assert.InRange(Overlap(fitted), 0.95, 1);
    }

    [Fact]
    public void A_mask_shrinks_to_what_has_its_colour()
    {
        float[] logits = Disc(27, 0.5f, -2);
        Assert.InRange(Overlap(logits), 0.5, 0.6);
        Assert.InRange(Overlap(BoxFit.Apply(logits, Side, Picture(), Box(28))), 0.95, 1);
    }

    [Fact]
    public void Where_colours_tell_nothing_a_mask_that_reaches_its_box_stays_as_it_is()
    {
        float[] logits = Disc(20, 2, -3);
        float[] fitted = BoxFit.Apply(logits, Side, Picture(_ => [90, 90, 90]), Box(20));
        Assert.Equal([.. logits.Select(logit => logit > 0)], fitted.Select(logit => logit > 0));
    }

    [Fact]
    public void A_mask_that_stays_far_from_a_side_takes_what_is_least_unlikely_there()
    {
        float[] logits = [.. Enumerable.Range(0, Side * Side).Select(i => 20 - (i % Side))]; // falls from left to right: 0 at 20
        float[] fitted = BoxFit.Apply(logits, Side, Picture(_ => [90, 90, 90]), new PixelBox(30, 30, 75, 160)); // cells 10 to 25
        Assert.InRange(Enumerable.Range(0, Side).Count(x => fitted[(30 * Side) + x] > 0), 22, 25);
    }

    [Fact]
    public void Any_picture_and_box_give_finite_logits()
    {
        var random = new Random(7);
        for (int i = 0; i < 200; i++)
        {
            var (width, height) = (1 + random.Next(i < 100 ? 4 : 90), 1 + random.Next(i < 50 ? 3 : 90));
            byte[] pixels = new byte[3 * width * height];
            random.NextBytes(pixels);
            (double x, double y) = (random.NextDouble() * width, random.NextDouble() * height);
            var box = new PixelBox(
                (float)x,
                (float)y,
                (float)(x + 0.01 + (random.NextDouble() * (width - x))),
                (float)(y + 0.01 + (random.NextDouble() * (height - y)))
            );
            float[] logits = [.. Enumerable.Range(0, 12 * 20).Select(_ => (float)((random.NextDouble() - 0.5) * 40))];
            float[] fitted = BoxFit.Apply(logits, 20, new RgbImage(width, height, pixels), box);
            Assert.Equal(logits.Length, fitted.Length);
            Assert.All(fitted, logit => Assert.True(float.IsFinite(logit)));
        }
    }

    private static RgbImage Picture() => Picture(distance => distance < 20 ? [200, 40, 40] : [40, 160, 60]);

    private static RgbImage Picture(Func<double, byte[]> color)
    {
        const int Wide = 3 * Side;
        return new RgbImage(
            Wide,
            Wide,
            [.. Enumerable.Range(0, Wide * Wide).SelectMany(i => color(Distance(i % Wide / 3.0, i / Wide / 3.0)))]
        );
    }

    private static PixelBox Box(int radius) => new(
        3 * ((Side / 2) - radius),
        3 * ((Side / 2) - radius),
        3 * ((Side / 2) + radius),
        3 * ((Side / 2) + radius)
    );

    private static double Distance(double x, double y) => Math.Sqrt(Math.Pow(x - (Side / 2), 2) + Math.Pow(y - (Side / 2), 2));

    private static float[] Disc(int radius, float inside, float outside) =>
        [.. Enumerable.Range(0, Side * Side).Select(i => IsIn(i, radius) ? inside : outside)];

    private static bool IsIn(int cell, int radius) => Distance((cell % Side) + 0.5, (cell / Side) + 0.5) < radius;

    /// <summary>Intersection over union with the disc.</summary>
    private static double Overlap(float[] logits)
    {
        int[] cells = [.. Enumerable.Range(0, logits.Length)];
        return (double)cells.Count(i => logits[i] > 0 && IsIn(i, 20)) / cells.Count(i => logits[i] > 0 || IsIn(i, 20));
    }
}
