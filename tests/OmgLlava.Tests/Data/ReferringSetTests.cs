using OmgLlava.Data.Referring;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Data;

public class ReferringSetTests
{
    private static readonly string Root = Fixture.Folder("refer");

    [Fact]
    public void Refer_reads_its_pickle_and_masks_of_polygons_and_run_lengths()
    {
        ReferSet set = ReferSet.Open(Root, "refcoco");
        Assert.Equal([47L, 50, 51, 53], set.Records.Select(record => record.Id));
        Assert.Equal(["left dog", "the dog"], set.Expressions("train").Select(e => e.Text));
        Assert.Equal(192, set.Expressions("train")[1].Target.ToMask().Area);
        Assert.Equal(2, set.RegionOf(set.Records[1]).Parts.Count);
        Assert.Equal(new PixelBox(20, 6, 36, 18), set.Expressions("testB").Single().Target.ToMask().Box);
        Assert.Equal(["left", "dog"], set.Records[0].Sentences[0].Tokens);
        Assert.Equal(4, ReferSet.Open(Root, "refcocog").Records.Count);
    }

    [Theory]
    [InlineData("train", "47")]
    [InlineData("val", "53")]
    [InlineData("testA", "50,51")] // testAB has an A in it
    [InlineData("testB", "50")]
    [InlineData("testC", "")]
    [InlineData("testAB", "50")]
    [InlineData("test", "50,51")]
    public void Refer_selects_parts_by_the_letters_of_their_names(string split, string expected) =>
        Assert.Equal(expected, string.Join(',', ReferSet.Open(Root, "refcoco").Select(split).Select(record => record.Id)));

    [Fact]
    public void Refer_names_what_is_wrong()
    {
        Assert.Contains("refcoco+", Message(() => ReferSet.Open(Root, "refcoko")), StringComparison.Ordinal);
        Assert.Contains("refclef' does not exist", Message(() => ReferSet.Open(Root, "refclef")), StringComparison.Ordinal);
        Assert.Contains("refs(google).p", Message(() => ReferSet.Open(Root, "refcoco", "google")), StringComparison.Ordinal);
        Assert.Contains("no part 'dev'", Message(() => ReferSet.Open(Root, "refcoco").Select("dev")), StringComparison.Ordinal);
        Assert.Contains(
            "000011.png', which does not exist",
            Message(() => ReferSet.Open(Root, "refcoco", images: "elsewhere").Expressions("train")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\"id\": 551", "\"id\": 552", "record 3", "annotation 551")]
    [InlineData("\"image_id\": 11,", "\"image_id\": 12,", "record 1", "annotation 550 is 12")]
    public void Refer_records_that_do_not_fit_their_objects_are_named(string text, string replacement, string where, string what)
    {
        using var folder = new TemporaryFolder();
        string message = Message(() =>
            ReferSet.Open(Fixture.Damage(folder, "refer", "refcoco/instances.json", text, replacement), "refcoco")
        );
        Assert.Contains($"refs(unc).p', {where}", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gref_has_one_target_several_or_none()
    {
        IReadOnlyList<ReferringExpression> val = GrefSet.Open(Root, "val");
        Assert.Equal(
            [("both of them", 384L, false), ("the cat", 0L, true)],
            val.Select(e => (e.Text, e.Target.ToMask().Area, e.NoTarget))
        );
        Assert.Contains(
            "no part 'testA'; it has train, val",
            Message(() => GrefSet.Open(Root, "testA")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ReasonSeg_draws_its_shapes_and_marks_what_does_not_count()
    {
        IReadOnlyList<ReasonSegSample> val = ReasonSeg.Open(Fixture.Folder("reason_seg/val"));
        Assert.Equal(["1", "2"], val.Select(sample => sample.Id));
        Assert.True(val[0].IsSentence);
        Assert.Equal(16, val[0].Ignored.Area); // 4 x 4 pixels, both ends drawn
        Assert.False(val[0].Target[6, 6]);
        Assert.True(val[0].Target[3, 4]);
        Assert.Equal(40 * 10, val[1].Target.Area);
        Assert.Equal(["the thing for the beach", "something to build castles with"], val[1].Texts);
    }

    [Theory]
    [InlineData("0 0 4 0 4 3 0 3", 20)] // a box with both ends
    [InlineData("0 0 4 0 0 4", 15)] // half a square with its diagonal
    [InlineData("2 2", 1)]
    [InlineData("1 1 6 1", 6)]
    [InlineData("-5 -5 20 -5 20 20 -5 20", 80)] // larger than the picture
    public void Polygons_with_whole_numbers_are_filled_with_their_borders(string corners, int area)
    {
        int[] numbers = [.. corners.Split(' ').Select(int.Parse)];
        Assert.Equal(area, FilledPolygon.Draw([.. numbers.Chunk(2).Select(c => (c[0], c[1]))], 10, 8).Area);
    }

    [Theory]
    [InlineData("1.json", "\"points\"", "\"point\"", "'shapes' 1: 'points' is missing")]
    [InlineData("2.json", "\"text\": [", "\"text\": {", "2.json' is not valid JSON (line ")]
    public void ReasonSeg_names_a_broken_file(string file, string text, string replacement, string what)
    {
        using var folder = new TemporaryFolder();
        string message = Message(() => ReasonSeg.Open(Fixture.Damage(folder, "reason_seg/val", file, text, replacement)));
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    private static string Message(Func<object> work) => Assert.Throws<OmgLlavaException>(work).Message;
}
