using OmgLlava.Language;

namespace OmgLlava.Conversion;

/// <summary>
/// Whether embedding and head have a row for every token. The published code resizes them to the tokens up to
/// <c>&lt;region&gt;</c> and adds <c>&lt;mark&gt;</c> afterwards, so that it alone may go without.
/// </summary>
internal static class VocabularyRows
{
    private const string Embedding = "language.token_embedding.weight";
    private const string Head = "language.head.weight";
    private const string HeadAdapter = "adapters.head.b";

    // What Hugging Face's pad_to_multiple_of is usually given.
    private static readonly int[] Multiples = [8, 16, 32, 64, 128, 256];

    /// <summary>Whether a tensor of ours has one row for each token.</summary>
    public static bool Has(string ours) => ours is Embedding or Head or HeadAdapter;

    /// <summary>Rows to keep: all that are there, or those of the tokens where rows were added to fill up a multiple.</summary>
    /// <param name="winners">The tensors.</param>
    /// <param name="tokenizer">The tokens, with those that OMG-LLaVA adds.</param>
    /// <param name="vocabularySize">Rows that the language model's own configuration tells of; some families have more than
    /// tokens.</param>
    /// <exception cref="OmgLlavaException">There are too few, or more than a rule accounts for; the message has both
    /// numbers.</exception>
    public static int Decide(IReadOnlyDictionary<string, TensorClaim> winners, Tokenizer tokenizer, int vocabularySize)
    {
        int needed = tokenizer.Id("<mark>") == tokenizer.Count - 1 ? tokenizer.Count - 1 : tokenizer.Count;
        string?[] names = [Embedding, Head, HeadAdapter];
        TensorClaim[] claims =
        [
            .. names
                .Where(name => winners.ContainsKey(name!))
                .Select(name => winners[name!])
                .Where(claim => claim.Info.Shape.Count == 2),
        ];
        foreach (TensorClaim claim in claims)
        {
            long rows = claim.Info.Shape[0];
            if (rows < needed)
            {
                throw new OmgLlavaException(
                    $"'{claim.File}' has {rows} rows in '{claim.Published}', but {needed} tokens need one "
                        + $"({string.Join(", ", Tokenizer.AddedTokens.SkipLast(1))} among them); "
                        + "give the OMG-LLaVA checkpoint that was trained with these tokens."
                );
            }

            if (
                rows > tokenizer.Count
                && rows != vocabularySize
                && !IsFilledUp(rows, needed)
                && !IsFilledUp(rows, tokenizer.Count)
            )
            {
                throw new OmgLlavaException(
                    $"'{claim.File}' has {rows} rows in '{claim.Published}', but there are {tokenizer.Count} tokens; the "
                        + $"tokenizer of another model lies beside the language model's weights, or the checkpoint was "
                        + $"trained with "
                        + $"more tokens."
                );
            }
        }

        long[] kept =
        [
            .. claims.Select(claim => claim.Info.Shape[0] > tokenizer.Count ? needed : claim.Info.Shape[0]).Distinct(),
        ];
        return kept.Length <= 1
            ? (int)(kept.Length == 1 ? kept[0] : needed)
            : throw new OmgLlavaException(
                $"Embedding and head do not belong together: "
                    + $"{string.Join(", ", claims.Select(claim => $"'{claim.Published}' of '{claim.File}' has {claim.Info.Shape[0]} rows"))}."
            );
    }

    private static bool IsFilledUp(long rows, int tokens) =>
        Multiples.Any(multiple => rows == (tokens + multiple - 1) / multiple * multiple);
}
