namespace OmgLlava.Language;

/// <summary>How an answer is generated. The defaults are greedy.</summary>
public sealed record GenerationOptions
{
    private const int MostLogProbabilities = 20;

    /// <summary>Most tokens of an answer, its stop token included; fewer where the model's context ends.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>0 takes the best token each time; above 0 tokens are drawn, the more evenly the higher it is.</summary>
    public double Temperature { get; init; }

    /// <summary>Draw among the best so many tokens only; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Draw among the fewest tokens that together have this probability, in 0..1; 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Draw among the tokens only that have at least this share of the best one's probability, in 0..1; 0 for
    /// all.</summary>
    public double MinP { get; init; }

    /// <summary>Scores of tokens that the answer already holds are divided (or, below zero, multiplied) by this; 1 for not at
    /// all.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Seed of the draws: the same seed gives the same answer. Null for another one each time.</summary>
    public int? Seed { get; init; }

    /// <summary>Further texts that end the answer where its clean text first holds one of them; it is cut off there.</summary>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>A JSON schema that the answer must fit, as JSON text; it then has no masks. Null for free text.</summary>
    public string? JsonSchema { get; init; }

    /// <summary>How many of the likeliest tokens are told at every step, with the probability of the one that was chosen; null
    /// for nothing of this.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="OmgLlavaException">A number is outside its range; the message names it.</exception>
    public void Validate()
    {
        Require(MaxNewTokens >= 1, $"the most new tokens must be at least 1, not {MaxNewTokens}");
        Require(Temperature is >= 0 and <= 100, $"the temperature must be in 0..100, not {Temperature}");
        Require(TopK >= 0, $"top-k must not be negative, but is {TopK}");
        Require(TopP is > 0 and <= 1, $"top-p must be above 0 and at most 1, not {TopP}");
        Require(MinP is >= 0 and <= 1, $"min-p must be in 0..1, not {MinP}");
        Require(RepetitionPenalty is > 0 and <= 100, $"the repetition penalty must be above 0, not {RepetitionPenalty}");
        Require(
            TopLogProbabilities is null or (>= 0 and <= MostLogProbabilities),
            $"the likeliest tokens must be 0 to {MostLogProbabilities}, not {TopLogProbabilities}"
        );
        Require(StopTexts.All(text => text.Length > 0), "a stop text must not be empty");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new OmgLlavaException($"The generation options do not fit: {what}.");
        }
    }
}
