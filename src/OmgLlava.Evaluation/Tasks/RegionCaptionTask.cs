using OmgLlava.Data.Regions;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>Descriptions of regions, scored as captions.</summary>
/// <param name="regions">The regions with what people wrote about them.</param>
/// <param name="mostTokens">Most tokens of a description.</param>
public sealed class RegionCaptionTask(IReadOnlyList<RegionCaption> regions, int mostTokens) : EvaluationTask
{
    private readonly Lazy<string> _frequent = new(() =>
        regions.SelectMany(region => region.References).CountBy(text => text).MaxBy(pair => pair.Value).Key
    );

    /// <inheritdoc/>
    public override string Name => "region-caption";

    /// <inheritdoc/>
    public override int Count => regions.Count;

    /// <inheritdoc/>
    public override int MaxNewTokens => mostTokens;

    /// <summary>The regions of described pictures.</summary>
    public static IReadOnlyList<RegionCaption> Of(IReadOnlyList<DescribedImage> images) =>
        [
            .. images.SelectMany(
                (image, i) => image.Regions.Select(region => new RegionCaption(i, image.ImagePath, region.Region, [region.Text]))
            ),
        ];

    /// <inheritdoc/>
    public override Probe Probe(int index)
    {
        RegionCaption region = regions[index];
        return Runs.Probe.Ask(
            $"{region.ImageId}.{index}",
            region.ImagePath,
            RegionTemplate.Ask("<region>"),
            VisualPrompt.Region(region.Region.ToMask())
        );
    }

    /// <inheritdoc/>
    public override Expectation Expected(int index) =>
        new(string.Join(" | ", regions[index].References), [("", regions[index].Region.ToMask())]);

    /// <summary>ROUGE-L: unlike CIDEr it does not need the other captions.</summary>
    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        CaptionEvaluator.Evaluate([Sample(index, prediction)], meteor: null).Overall.RougeL;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        if (predictions.Count == 0)
        {
            return [];
        }

        CaptionResult result = CaptionEvaluator.Evaluate(
            [.. predictions.Select(pair => Sample(pair.Index, pair.Prediction))],
            MeteorScorer.CreateDefault()
        );
        int n = predictions.Count;
        return
        [
            new Measure("METEOR", result.Overall.Meteor ?? double.NaN, n) { Note = result.MeteorDescription ?? "" },
            new Measure("CIDEr", result.Overall.Cider, n),
        ];
    }

    /// <inheritdoc/>
    public override Prediction? Guess(int index) => new(_frequent.Value, []);

    private CaptionSample Sample(int index, Prediction prediction) =>
        new(RegionAnswer.Clean(prediction.Answer), regions[index].References);
}
