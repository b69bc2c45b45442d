namespace OmgLlava.Evaluation.Tasks;

/// <summary>Which class of a data set a class of the model is, by their names.</summary>
internal static class ClassMap
{
    private static readonly string[] Endings = ["-merged", "-other", "-stuff"]; // COCO's own bookkeeping

    /// <summary>The number of the data set's class for each name of the model's that has one.</summary>
    /// <param name="modelNames">The model's names.</param>
    /// <param name="dataNames">The data set's names.</param>
    /// <param name="data">What to call the data set in messages.</param>
    /// <param name="required">Whether there must be one.</param>
    /// <exception cref="OmgLlavaException">No name is known.</exception>
    public static IReadOnlyDictionary<string, int> Create(
        IReadOnlyList<string> modelNames,
        IReadOnlyList<string> dataNames,
        string data,
        bool required = true
    )
    {
        var known = new Dictionary<string, int>();
        for (int i = dataNames.Count - 1; i >= 0; i--)
        {
            known[Plain(dataNames[i])] = i;
        }

        for (int i = dataNames.Count - 1; i >= 0; i--)
        {
            known[dataNames[i]] = i; // a full name goes before one without its ending
        }

        Dictionary<string, int> map = modelNames
            .Distinct()
            .Where(name => known.ContainsKey(name) || known.ContainsKey(Plain(name)))
            .ToDictionary(name => name, name => known.TryGetValue(name, out int exact) ? exact : known[Plain(name)]);
        return map.Count > 0 || !required
            ? map
            : throw new OmgLlavaException(
                $"The model's {modelNames.Count} classes ('{modelNames[0]}', ...) and those of {data} ('{dataNames[0]}', ...) "
                    + $"have no name in common."
            );
    }

    private static string Plain(string name)
    {
        string plain = name.ToLowerInvariant();
        while (Array.Find(Endings, plain.EndsWith) is { } ending)
        {
            plain = plain[..^ending.Length];
        }

        return plain;
    }
}
