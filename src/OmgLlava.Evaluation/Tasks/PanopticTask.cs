using OmgLlava.Data.Coco;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>Panoptic segmentation by perception alone. Segments of classes that the data set does not have count as nothing
/// found.</summary>
/// <param name="set">The pictures.</param>
public sealed class PanopticTask(CocoPanopticSet set) : EvaluationTask
{
    private readonly IReadOnlyList<MeasuredClass> _categories =
    [
        .. set.Categories.Select(category => new MeasuredClass(category.Id, category.Name, category.IsThing)),
    ];
    private readonly Lazy<int> _frequent = new(() =>
        set.Samples.SelectMany(sample => sample.Segments).CountBy(segment => segment.CategoryId).MaxBy(pair => pair.Value).Key
    );

    /// <inheritdoc/>
    public override string Name => "panoptic";

    /// <inheritdoc/>
    public override int Count => set.Samples.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) =>
        Runs.Probe.See(ProbeKind.Panoptic, $"{set.Samples[index].ImageId}", set.Samples[index].ImagePath);

    /// <inheritdoc/>
    public override Expectation Expected(int index)
    {
        PanopticSample sample = set.Samples[index];
        PanopticMap map = sample.ReadMap();
        return new Expectation("", [.. sample.Segments.Select(segment => (NameOf(segment.CategoryId), map.MaskOf(segment)))]);
    }

    /// <summary>PQ over the classes of the picture.</summary>
    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        PanopticQuality.Sum(_categories, [Compare(index, prediction)]).All.Scores.Quality is var quality && double.IsNaN(quality)
            ? 0
            : quality;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var counts = new IReadOnlyDictionary<long, PanopticCounts>[predictions.Count];
        Parallel.For(0, counts.Length, i => counts[i] = Compare(predictions[i].Index, predictions[i].Prediction));
        PanopticResult result = PanopticQuality.Sum(_categories, counts);
        int n = predictions.Count;
        return
        [
            new Measure("PQ", result.All.Scores.Quality, n),
            new Measure("SQ", result.All.Scores.Segmentation, n),
            new Measure("RQ", result.All.Scores.Recognition, n),
            new Measure("PQ, things", result.Things.Scores.Quality, n),
            new Measure("PQ, stuff", result.Stuff.Scores.Quality, n),
        ];
    }

    /// <summary>The whole picture as one segment of the most frequent class.</summary>
    /// <inheritdoc/>
    public override Prediction? Guess(int index)
    {
        (int width, int height) = ImageFile.ReadSize(set.Samples[index].ImagePath);
        return new Prediction(
            "",
            [new PredictedSegment(NameOf(_frequent.Value), 1, CocoRle.FromRuns(width, height, [0, (uint)(width * height)]))]
        );
    }

    /// <inheritdoc/>
    public override void Check(OmgLlavaModel model) =>
        ClassMap.Create(model.ClassNames, [.. _categories.Select(category => category.Name)], "the panoptic annotations");

    private IReadOnlyDictionary<long, PanopticCounts> Compare(int index, Prediction prediction)
    {
        PanopticSample sample = set.Samples[index];
        PanopticMap map = sample.ReadMap();
        uint[] truth = Array.ConvertAll(map.Ids, id => (uint)id);
        Dictionary<int, int> areas = map.Ids.CountBy(id => id).ToDictionary();
        var expected = new PanopticPicture(
            truth,
            [
                .. sample
                    .Segments.Where(segment => areas.ContainsKey(segment.Id))
                    .Select(segment => new MeasuredSegment(
                        segment.Id,
                        segment.CategoryId,
                        areas[segment.Id],
                        segment.IsCrowd
                    )),
            ]
        );
        return PanopticQuality.Compare(
            sample.ImageId,
            expected,
            Picture(map, prediction),
            _categories.Select(category => category.Id).ToHashSet()
        );
    }

    private PanopticPicture Picture(PanopticMap truth, Prediction prediction)
    {
        uint[] map = new uint[truth.Ids.Length];
        if (prediction.Segments.Count == 0)
        {
            return new PanopticPicture(map, []);
        }

        IReadOnlyDictionary<string, int> classes = ClassMap.Create(
            [.. prediction.Segments.Select(segment => segment.Phrase)],
            [.. _categories.Select(category => category.Name)],
            "the panoptic annotations",
            required: false
        );
        var segments = new List<MeasuredSegment>();
        foreach (PredictedSegment segment in prediction.Segments)
        {
            if (segment.Mask is null || segment.Mask.Area == 0 || !classes.TryGetValue(segment.Phrase, out int category))
            {
                continue;
            }

            uint id = (uint)segments.Count + 1;
            segments.Add(new MeasuredSegment(id, _categories[category].Id));
            bool[] inside = segment.Mask.ToPixels();
            for (int i = 0; i < map.Length; i++)
            {
                map[i] = inside[i] ? id : map[i];
            }
        }

        HashSet<uint> left = [.. map];
        return new PanopticPicture(map, [.. segments.Where(segment => left.Contains((uint)segment.Id))]);
    }

    private string NameOf(int categoryId) => _categories.First(category => category.Id == categoryId).Name;
}
