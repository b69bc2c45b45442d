namespace OmgLlava.Data.Referring;

/// <summary>Reads REFER's records from the plain data of a pickle.</summary>
internal static class PickleRecord
{
    /// <exception cref="OmgLlavaException">A member is missing or of another kind.</exception>
    public static ReferRecord Read(object? item, string where)
    {
        Dictionary<object, object?> record =
            item as Dictionary<object, object?> ?? throw new OmgLlavaException($"{where}: it is no dictionary.");
        return new ReferRecord(
            Get<long>(record, "ref_id", where),
            Get<long>(record, "ann_id", where),
            Get<long>(record, "image_id", where),
            Get<long>(record, "category_id", where) is >= int.MinValue and <= int.MaxValue and long category
                ? (int)category
                : throw new OmgLlavaException($"{where}: 'category_id' is too large."),
            Get<string>(record, "split", where),
            [.. Get<List<object?>>(record, "sentences", where).Select(sentence => Sentence(sentence, where))]
        );
    }

    private static ReferSentence Sentence(object? item, string where)
    {
        Dictionary<object, object?> sentence =
            item as Dictionary<object, object?> ?? throw new OmgLlavaException($"{where}: a sentence is no dictionary.");
        return new ReferSentence(
            Get<long>(sentence, "sent_id", where),
            Get<string>(sentence, "sent", where),
            Get<string>(sentence, "raw", where),
            [
                .. Get<List<object?>>(sentence, "tokens", where)
                    .Select(token => token as string ?? throw new OmgLlavaException($"{where}: a token is no text.")),
            ]
        );
    }

    private static T Get<T>(Dictionary<object, object?> record, string name, string where) =>
        record.TryGetValue(name, out object? value)
            ? value is T wanted
                ? wanted
                : throw new OmgLlavaException($"{where}: '{name}' is no {Kind(typeof(T))}.")
            : throw new OmgLlavaException($"{where}: '{name}' is missing.");

    private static string Kind(Type type) =>
        type == typeof(long) ? "number"
        : type == typeof(string) ? "text"
        : "list";
}
