using OmgLlava.Conversion;
using OmgLlava.Language;

namespace OmgLlava.Verification;

/// <summary>Whether the tokenizer is the one that came with the weights, and knows what the model needs.</summary>
internal static class TokenizerCheck
{
    private static readonly string[] Texts =
    [
        "Please segment the red apple in this image.",
        "  two  spaces, 3.14",
        "Größe: 日本語, русский",
        "<p> A red apple </p> [SEG]",
    ];

    public static VerificationCheck Run(string directory, OmgLlavaConfig config, ConversionRecord? record)
    {
        const string Name = "tokenizer";
        Tokenizer tokenizer;
        try
        {
            tokenizer = Tokenizer.Load(directory);
        }
        catch (OmgLlavaException error)
        {
            return VerificationCheck.Failed(Name, error.Message);
        }

        IReadOnlyDictionary<string, string> now = ModelDirectory.TokenizerHashes(directory);
        var faults = new List<string>();
        faults.AddRange(
            (record?.Tokenizer ?? new Dictionary<string, string>())
                .Where(file => now.GetValueOrDefault(file.Key) != file.Value)
                .Select(file => $"'{file.Key}' is not what was written")
        );
        foreach (
            string token in (string[])
                [
                    .. Tokenizer.AddedTokens,
                    .. tokenizer.Find(config.Template.TurnEnd) is null ? [] : (string[])[config.Template.TurnEnd],
                ]
        )
        {
            if (tokenizer.Find(token) is not { } id)
            {
                faults.Add($"'{token}' is no token");
            }
            else if (!tokenizer.Encode(token).SequenceEqual([id]))
            {
                faults.Add($"'{token}' is {tokenizer.Encode(token).Count} tokens instead of one");
            }
            else if (id >= config.EmbeddingRows && token != ChatTemplate.MarkPlaceholder)
            {
                faults.Add($"'{token}' is token {id}, but the model has {config.EmbeddingRows} embedding rows");
            }
        }

        string ids = string.Join(
            ", ",
            Tokenizer
                .AddedTokens.Where(token => tokenizer.Find(token) is not null)
                .Select(token => $"{token} {tokenizer.Id(token)}")
        );
        // For people who compare two machines: what is in a file's hash, and what becomes of texts.
        string[] particulars =
        [
            .. now.Select(file => $"{file.Key}: {file.Value[..12]}"),
            .. Texts.Select(text => $"'{text}': {string.Join(' ', tokenizer.Encode(text))}"),
        ];
        return faults.Count > 0
            ? VerificationCheck.Failed(Name, $"{faults.Count} faults", [.. faults])
            : VerificationCheck.Passed(Name, $"{tokenizer.Count} tokens; {ids}", particulars);
    }
}
