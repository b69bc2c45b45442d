using OmgLlava.Imaging;
using OmgLlava.Json;

namespace OmgLlava.Tests.Imaging;

public class MaskTests
{
    [Fact]
    public void Area_and_box_are_those_of_the_pixels_inside()
    {
        Mask mask = Draw("....", ".##.", ".#..", "....");
        Assert.Equal(3, mask.Area);
        Assert.Equal(new PixelBox(1, 1, 3, 3), mask.Box);
        Assert.Null(Draw("..", "..").Box);
        Assert.True(Draw("..", "..").IsEmpty);
    }

    [Fact]
    public void Outlines_enclose_exactly_the_pixels_inside()
    {
        var random = new Random(3);
        for (int round = 0; round < 100; round++)
        {
            (int width, int height) = (random.Next(1, 14), random.Next(1, 14));
            var mask = new Mask(width, height, [.. Enumerable.Range(0, width * height).Select(_ => random.Next(100) < 55)]);
            IReadOnlyList<IReadOnlyList<double>> outlines = mask.ToPolygons();
            for (int i = 0; i < width * height; i++)
            {
                Assert.Equal(mask.Pixels[i], IsInside(outlines, (i % width) + 0.5, (i / width) + 0.5));
            }
        }
    }

    [Fact]
    public void A_square_has_four_corners_and_a_hole_an_outline_of_its_own()
    {
        Assert.Equal(
            [
                [4.0, 1, 4, 3, 1, 3, 1, 1],
            ],
            Draw(".....", ".###.", ".###.", ".....").ToPolygons()
        );
        Assert.Equal(2, Draw("###", "#.#", "###").ToPolygons().Count);
    }

    [Fact]
    public void Intersection_over_union_counts_pixels()
    {
        Assert.Equal(1 / 3.0, Draw("##.").IntersectionOverUnion(Draw(".##")), 12);
        Assert.Equal(1, Draw("..").IntersectionOverUnion(Draw("..")));
        Assert.Throws<ArgumentException>(() => Draw("..").IntersectionOverUnion(Draw("...")));
    }

    [Fact]
    public void A_mask_file_is_a_picture_or_a_run_length_encoding()
    {
        using var folder = new TemporaryFolder();
        Mask mask = Draw("..#", "###");
        byte[] pixels = [.. mask.Pixels.ToArray().SelectMany(inside => Enumerable.Repeat((byte)(inside ? 255 : 0), 3))];
        ImageFile.SavePng(new RgbImage(3, 2, pixels), folder["mask.png"]);
        File.WriteAllText(folder["mask.json"], $$"""{"size": [2, 3], "counts": "{{mask.ToRle()}}"}""");
        File.WriteAllText(folder["runs.json"], """{"size": [2, 3], "counts": [1, 1, 1, 3]}""");
        Assert.All(
            (string[])["mask.png", "mask.json", "runs.json"],
            name => Assert.Equal(mask.Pixels.ToArray(), MaskFile.Load(folder[name]).Pixels.ToArray())
        );
    }

    [Theory]
    [InlineData("""{"size": [2, 3]}""")]
    [InlineData("""{"size": [2], "counts": "0"}""")]
    [InlineData("""{"size": ["a", 3], "counts": "0"}""")]
    [InlineData("""{"size": [2, 3], "counts": [1.5]}""")]
    [InlineData("[1, 2]")]
    [InlineData("{")]
    public void A_damaged_mask_file_is_refused(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mask.json"], json);
        Assert.Contains(
            "mask",
            Assert.Throws<OmgLlavaException>(() => MaskFile.Load(folder["mask.json"])).Message,
            StringComparison.Ordinal
        );
    }

    private static Mask Draw(params string[] rows) =>
        new(rows[0].Length, rows.Length, [.. rows.SelectMany(row => row.Select(c => c == '#'))]);

    /// <summary>Even-odd rule: how many outlines a ray to the right crosses.</summary>
    private static bool IsInside(IReadOnlyList<IReadOnlyList<double>> outlines, double x, double y)
    {
        bool inside = false;
        foreach (IReadOnlyList<double> outline in outlines)
        {
            for (int i = 0; i < outline.Count; i += 2)
            {
                (double x0, double y0) = (outline[i], outline[i + 1]);
                (double x1, double y1) = (outline[(i + 2) % outline.Count], outline[(i + 3) % outline.Count]);
                inside ^= x0 == x1 && x0 > x && Math.Min(y0, y1) < y && Math.Max(y0, y1) > y;
            }
        }

        return inside;
    }
}
