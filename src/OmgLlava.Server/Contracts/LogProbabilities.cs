using System.Text;
using OmgLlava.Language;

namespace OmgLlava.Server.Contracts;

/// <summary>How likely the tokens of an answer were.</summary>
/// <param name="Content">One entry a token, markers of phrases and masks among them.</param>
/// <param name="Refusal">Always null.</param>
public sealed record LogProbabilities(IReadOnlyList<TokenLogProbability> Content, string? Refusal = null)
{
    /// <summary>Writes what was chosen.</summary>
    internal static LogProbabilities Of(IEnumerable<TokenChoice> choices, Tokenizer tokenizer) =>
        new([
            .. choices.Select(choice =>
                Entry(choice.Token, choice.LogProbability, tokenizer) with
                {
                    TopLogprobs = [.. choice.Best.Select(best => Entry(best.Token, best.LogProbability, tokenizer))],
                }
            ),
        ]);

    private static TokenLogProbability Entry(int token, double log, Tokenizer tokenizer)
    {
        byte[] bytes = tokenizer.Bytes(token).ToArray();
        return new TokenLogProbability(
            Encoding.UTF8.GetString(bytes),
            Math.Max(log, -9999),
            [.. bytes.Select(value => (int)value)],
            []
        );
    }
}
