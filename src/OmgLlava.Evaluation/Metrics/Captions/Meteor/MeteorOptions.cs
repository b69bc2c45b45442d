namespace OmgLlava.Evaluation.Metrics;

/// <summary>How METEOR weighs; the defaults are those of version 1.5 for English, tuned to rank translations, which coco-caption
/// uses.</summary>
public sealed record MeteorOptions
{
    /// <summary>Share of recall in the mean of precision and recall.</summary>
    public double Alpha { get; init; } = 0.85;

    /// <summary>Power of the fragmentation.</summary>
    public double Beta { get; init; } = 0.2;

    /// <summary>Largest penalty for fragmentation.</summary>
    public double Gamma { get; init; } = 0.6;

    /// <summary>Weight of content words; that of function words is the rest to 1.</summary>
    public double Delta { get; init; } = 0.75;

    /// <summary>Weight of a match of each stage that is in use, in the order of <see cref="MeteorStage"/>: one to four of
    /// them.</summary>
    public IReadOnlyList<double> StageWeights { get; init; } = [1, 0.6, 0.8, 0.6];

    /// <summary>Where synonyms come from; null for none.</summary>
    public ISynonymSource? Synonyms { get; init; }

    /// <summary>Where paraphrases come from; null for none. The published program's table is not part of this software.</summary>
    public IParaphraseTable? Paraphrases { get; init; }
}
