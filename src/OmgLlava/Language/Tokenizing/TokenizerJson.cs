using System.Text.Json;

namespace OmgLlava.Language;

/// <summary>Hugging Face's <c>tokenizer.json</c>, as far as byte-level byte-pair encoding needs it.</summary>
internal static class TokenizerJson
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "tokenizer.json";

    private const int LongestPattern = 4096;

    /// <summary>Reads vocabulary, merges and pattern.</summary>
    /// <param name="root">The file.</param>
    /// <exception cref="OmgLlavaException">It is of another kind of tokenizer.</exception>
    public static ByteLevelSubwords Read(JsonElement root)
    {
        JsonElement model = root.GetProperty("model");
        (string pattern, bool byteLevel) = Pattern(Property(root, "pre_tokenizer"));
        if (Property(model, "type")?.GetString() != "BPE" || !byteLevel)
        {
            throw new OmgLlavaException(
                $"A {FileName} that is not byte-level byte-pair encoding is not supported; put the "
                    + $"{SentencePieceSubwords.FileName} beside it."
            );
        }

        bool compose =
            Property(root, "normalizer") is { } normalizer
            && Each(normalizer, "normalizers").Any(step => Property(step, "type")?.GetString() == "NFC");
        bool ignore = Property(model, "ignore_merges")?.GetBoolean() ?? false;
        return new ByteLevelSubwords(
            ReadVocabulary(model.GetProperty("vocab")),
            [.. model.GetProperty("merges").EnumerateArray().Select(Merge)],
            new ByteLevelOptions(pattern, compose, ignore)
        );
    }

    /// <summary>Ids by token.</summary>
    public static Dictionary<string, int> ReadVocabulary(JsonElement vocabulary)
    {
        var ids = new Dictionary<string, int>();
        foreach (JsonProperty token in vocabulary.EnumerateObject())
        {
            int id = token.Value.GetInt32();
            ids[token.Name] = id is >= 0 and < 10_000_000
                ? id
                : throw new FormatException($"the token '{token.Name}' has the id {id}");
        }

        return ids.Count > 0 ? ids : throw new FormatException("the vocabulary is empty");
    }

    /// <summary>The pattern that cuts text, and whether bytes are written as characters.</summary>
    private static (string Pattern, bool ByteLevel) Pattern(JsonElement? preTokenizer)
    {
        string? pattern = null;
        bool byteLevel = false;
        foreach (JsonElement step in preTokenizer is { } some ? Each(some, "pretokenizers") : [])
        {
            switch (Property(step, "type")?.GetString())
            {
                case "Split" when pattern is null:
                    pattern = step.GetProperty("pattern").GetProperty("Regex").GetString();
                    break;
                case "ByteLevel":
                    byteLevel = true;
                    pattern ??= Property(step, "use_regex")?.GetBoolean() ?? true ? ByteLevelOptions.Gpt2Pattern : null;
                    break;
                case var other:
                    throw new FormatException($"it cuts text by '{other}', which is not supported");
            }
        }

        return pattern is { Length: <= LongestPattern } or null
            ? (pattern ?? @"(?s).+", byteLevel)
            : throw new FormatException("its pattern is too long");
    }

    /// <summary>The steps of a sequence, or the one step.</summary>
    private static IEnumerable<JsonElement> Each(JsonElement step, string children) =>
        Property(step, "type")?.GetString() == "Sequence"
            ? step.GetProperty(children).EnumerateArray().SelectMany(child => Each(child, children))
            : [step];

    /// <summary>A pair is one text or, in newer files, two.</summary>
    private static string Merge(JsonElement merge) =>
        merge.ValueKind == JsonValueKind.Array
            ? string.Join(' ', merge.EnumerateArray().Select(part => part.GetString()))
            : merge.GetString() ?? "";

    private static JsonElement? Property(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
