using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OmgLlava.Imaging;
using OmgLlava.Json;

namespace OmgLlava.Tests.Imaging;

/// <summary>Run-length encodings against those of pycocotools.</summary>
public class CocoRleTests
{
    private static readonly string Folder = Path.Combine(Repository.Tests, "metrics", "rle");

    [Fact]
    public void Masks_encode_byte_for_byte_as_pycocotools_does()
    {
        int checkedMasks = 0;
        foreach (JsonElement entry in Read("masks.json").GetProperty("masks").EnumerateArray())
        {
            Mask mask = MaskFile.Load(Path.Combine(Folder, entry.GetProperty("file").GetString()!));
            string counts = entry.GetProperty("counts").GetString()!;
            Assert.Equal(counts, mask.ToRle().ToString());
            Assert.Equal(entry.GetProperty("area").GetInt64(), mask.Area);
            Assert.Equal(mask.Pixels.ToArray(), Mask.FromRle(CocoRle.Parse(mask.Width, mask.Height, counts)).Pixels.ToArray());
            if (entry.GetProperty("runs") is { ValueKind: JsonValueKind.Array } runs)
            {
                uint[] expected = [.. runs.EnumerateArray().Select(run => run.GetUInt32())];
                Assert.Equal(expected, mask.ToRle().Runs);
                Assert.Equal(counts, CocoRle.FromRuns(mask.Width, mask.Height, expected).ToString());
            }

            checkedMasks++;
        }

        Assert.True(checkedMasks >= 50);
    }

    [Fact]
    public void Polygons_are_drawn_as_pycocotools_draws_them()
    {
        foreach (JsonElement entry in Read("polygons.json").GetProperty("polygons").EnumerateArray())
        {
            double[][] polygons =
            [
                .. entry
                    .GetProperty("segmentation")
                    .EnumerateArray()
                    .Select(part => part.EnumerateArray().Select(c => c.GetDouble()).ToArray()),
            ];
            Mask mask = Mask.FromPolygons(
                entry.GetProperty("width").GetInt32(),
                entry.GetProperty("height").GetInt32(),
                polygons
            );
            Assert.Equal(entry.GetProperty("merged").GetString(), mask.ToRle().ToString());
            Assert.Equal(entry.GetProperty("merged_area").GetInt64(), mask.Area);
        }
    }

    [Fact]
    public void Any_mask_comes_back()
    {
        Gen<Mask> masks =
            from width in Gen.Choose(1, 40)
            from height in Gen.Choose(1, 40)
            from share in Gen.Choose(0, 100)
            from numbers in Gen.Choose(0, 99).ArrayOf(width * height)
            select new Mask(width, height, [.. numbers.Select(number => number < share)]);
        Prop.ForAll(
                masks.ToArbitrary(),
                mask =>
                    Mask.FromRle(CocoRle.Parse(mask.Width, mask.Height, mask.ToRle().ToString()))
                        .Pixels.SequenceEqual(mask.Pixels)
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        Prop.ForAll<NonNull<string>, byte, byte>(
                (text, width, height) =>
                {
                    try
                    {
                        return CocoRle.Parse(width, height, text.Get).Runs.Sum(run => (long)run) == width * height;
                    }
                    catch (OmgLlavaException)
                    {
                        return true;
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("0", "add up to")]
    [InlineData("", "add up to")]
    [InlineData("\u0001", "not a compressed run-length encoding")]
    [InlineData("oooooooooooo", "not a compressed run-length encoding")]
    public void Damaged_counts_are_refused(string counts, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<OmgLlavaException>(() => CocoRle.Parse(3, 3, counts)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Sizes_are_checked_before_memory_is_taken() =>
        Assert.Throws<OmgLlavaException>(() => CocoRle.FromRuns(1_000_000, 1_000_000, [uint.MaxValue]));

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name))).RootElement;
}
