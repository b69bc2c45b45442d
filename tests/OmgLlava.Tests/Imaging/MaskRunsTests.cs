using OmgLlava.Imaging;

namespace OmgLlava.Tests.Imaging;

/// <summary>Masks kept as runs are the masks that they were made of.</summary>
public class MaskRunsTests
{
    public static TheoryData<int, int, double> Shapes =>
        new()
        {
            { 1, 1, 0 },
            { 1, 1, 1 },
            { 7, 1, 0.5 },
            { 1, 7, 0.5 },
            { 13, 9, 0.02 },
            { 13, 9, 0.5 },
            { 13, 9, 0.97 },
            { 64, 33, 1 },
            { 40, 50, 0.3 },
        };

    [Theory, MemberData(nameof(Shapes))]
    public void Runs_say_what_the_pixels_say(int width, int height, double share)
    {
        var random = new Random(5);
        for (int trial = 0; trial < 20; trial++)
        {
            bool[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => random.NextDouble() < share)];
            var drawn = new Mask(width, height, pixels);
            var kept = new Mask(MaskRuns.Of(width, height, pixels));
            Assert.Equal(pixels, kept.Pixels.ToArray());
            Assert.All(Enumerable.Range(0, pixels.Length), i => Assert.Equal(pixels[i], kept[i % width, i / width]));
            Assert.Equal(pixels.Count(inside => inside), kept.Area);
            Assert.Equal(BoxOf(pixels, width), kept.Box);
            Assert.Equal(ByColumns(pixels, width, height), kept.ToRle().Runs);
            Assert.Equal(kept.ToRle().Runs, drawn.ToRle().Runs);
            Assert.Equal(drawn.ToPolygons(), kept.ToPolygons());
            Assert.Equal(pixels, Mask.FromRle(kept.ToRle()).Pixels.ToArray());
        }
    }

    [Fact]
    public void Masks_that_share_no_pixel_are_joined()
    {
        int[] owners = [.. Enumerable.Range(0, 30 * 20).Select(i => (i * 7919) % 11 % 4)];
        Mask[] parts = [.. Enumerable.Range(0, 3).Select(k => new Mask(30, 20, [.. owners.Select(owner => owner == k)]))];
        Assert.Equal(
            owners.Select(owner => owner < 3),
            new Mask(MaskRuns.Union([.. parts.Select(part => part.Runs)])).Pixels.ToArray()
        );
    }

    private static PixelBox? BoxOf(bool[] pixels, int width)
    {
        int[] inside = [.. Enumerable.Range(0, pixels.Length).Where(i => pixels[i])];
        return inside.Length == 0
            ? null
            : new PixelBox(
                inside.Min(i => i % width),
                inside.Min(i => i / width),
                inside.Max(i => i % width) + 1,
                inside.Max(i => i / width) + 1
            );
    }

    private static List<uint> ByColumns(bool[] pixels, int width, int height)
    {
        List<uint> runs = [0];
        bool current = false;
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[(i % height * width) + (i / height)] != current)
            {
                current = !current;
                runs.Add(0);
            }

            runs[^1]++;
        }

        return runs;
    }
}
