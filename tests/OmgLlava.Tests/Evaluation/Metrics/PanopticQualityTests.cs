using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class PanopticQualityTests
{
    private static readonly MeasuredClass[] Categories = [new(1, "cat"), new(2, "dog"), new(3, "sky", IsThing: false)];
    private static readonly HashSet<long> Ids = [1, 2, 3];

    /// <summary>The cat shares 3 of 4 pixels, the sky all, the dog is taken for a cat.</summary>
    [Fact]
    public void A_case_computed_by_hand()
    {
        PanopticPicture truth = Picture([1, 1, 1, 1, 2, 2, 3, 3], (1, 1), (2, 2), (3, 3));
        PanopticPicture given = Picture([7, 7, 7, 0, 8, 8, 9, 9], (7, 1), (8, 1), (9, 3));
        PanopticResult result = PanopticQuality.Sum(Categories, [PanopticQuality.Compare(5, truth, given, Ids)]);

        Assert.Equal(new PanopticCounts(1, 1, 0, 0.75), result.CountsOf(1));
        Assert.Equal(new PanopticCounts(0, 0, 1, 0), result.CountsOf(2));
        Assert.Equal(new PanopticCounts(1, 0, 0, 1), result.CountsOf(3));
        Assert.Equal(0.5, result.CountsOf(1).Scores.Quality, 12); // 0.75 / (1 + 1/2)
        Assert.Equal(0.5, result.All.Scores.Quality, 12); // (0.5 + 0 + 1) / 3
        Assert.Equal(0.25, result.Things.Scores.Quality, 12);
        Assert.Equal(1, result.Stuff.Scores.Quality, 12);
        Assert.Equal(2, result.Things.Classes);
    }

    [Fact]
    public void Void_and_crowds_forgive()
    {
        var truth = new PanopticPicture([0, 0, 4, 4, 1, 1], [new(4, 1, 2, IsCrowd: true), new(1, 1, 2)]);
        PanopticPicture given = Picture([5, 5, 6, 6, 7, 7], (5, 2), (6, 1), (7, 1));
        IReadOnlyDictionary<long, PanopticCounts> counts = PanopticQuality.Compare(5, truth, given, Ids);
        Assert.Equal(new PanopticCounts(1, 0, 0, 1), counts[1]);
        Assert.False(counts.ContainsKey(2)); // all void
    }

    [Fact]
    public void The_truth_itself_is_perfect_in_any_order()
    {
        var random = new Random(3);
        PanopticPicture[] pictures =
        [
            .. Enumerable
                .Range(0, 20)
                .Select(_ =>
                {
                    uint[] map = [.. Enumerable.Range(0, 64).Select(_ => (uint)random.Next(1, 4))];
                    return Picture(map, [.. map.Distinct().Select(id => ((long)id, (long)id))]);
                }),
        ];
        PanopticResult result = Evaluate(pictures);
        Assert.Equal(new PanopticScores(1, 1, 1), result.All.Scores);
        random.Shuffle(pictures);
        Assert.Equal(result.All, Evaluate(pictures).All);

        static PanopticResult Evaluate(PanopticPicture[] pictures) =>
            PanopticQuality.Sum(Categories, pictures.Select(picture => PanopticQuality.Compare(1, picture, picture, Ids)));
    }

    [Fact]
    public void Maps_of_other_sizes_are_refused() =>
        Assert.Contains(
            "has 2 pixels, but the prediction 3",
            Assert
                .Throws<OmgLlavaException>(() =>
                    PanopticQuality.Compare(5, Picture([1, 1], (1, 1)), Picture([1, 1, 1], (1, 1)), Ids)
                )
                .Message,
            StringComparison.Ordinal
        );

    private static PanopticPicture Picture(uint[] map, params (long Id, long Category)[] segments) =>
        new(
            map,
            [.. segments.Select(segment => new MeasuredSegment(segment.Id, segment.Category, map.Count(id => id == segment.Id)))]
        );
}
