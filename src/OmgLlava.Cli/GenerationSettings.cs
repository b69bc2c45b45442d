using System.CommandLine;
using OmgLlava.Language;

namespace OmgLlava.Cli;

/// <summary>Options of how an answer is generated.</summary>
internal sealed class GenerationSettings
{
    private readonly Option<int> _maxNewTokens = NumberOption.Whole(
        "--max-new-tokens",
        "Most tokens of the answer.",
        1,
        otherwise: new GenerationOptions().MaxNewTokens
    );
    private readonly Option<double> _temperature = NumberOption.Real(
        "--temperature",
        "0 takes the best token each time; above 0 draws, the more freely the higher.",
        0,
        100
    );
    private readonly Option<int> _topK = NumberOption.Whole("--top-k", "Draw among the best K tokens only; 0 for all.", 0);
    private readonly Option<double> _topP = NumberOption.Real(
        "--top-p",
        "Draw among the fewest tokens that together have this probability.",
        0,
        1,
        1
    );
    private readonly Option<double> _penalty = NumberOption.Real(
        "--repetition-penalty",
        "Above 1 makes repetitions rarer.",
        0,
        100,
        1
    );
    private readonly Option<int?> _seed = NumberOption.OptionalWhole(
        "--seed",
        "Seed of the draws: the same seed gives the same answer."
    );
    private readonly Option<string[]> _stop = new("--stop")
    {
        Description = "End the answer where it says this; may be given several times.",
        HelpName = "TEXT",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_maxNewTokens, _temperature, _topK, _topP, _penalty, _seed, _stop])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="UsageException">A number is outside its range.</exception>
    public GenerationOptions Read(ParseResult parsed)
    {
        var options = new GenerationOptions
        {
            MaxNewTokens = parsed.GetValue(_maxNewTokens),
            Temperature = parsed.GetValue(_temperature),
            TopK = parsed.GetValue(_topK),
            TopP = parsed.GetValue(_topP),
            RepetitionPenalty = parsed.GetValue(_penalty),
            Seed = parsed.GetValue(_seed),
            StopTexts = parsed.GetValue(_stop) ?? [],
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (OmgLlavaException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
