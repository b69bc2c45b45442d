namespace OmgLlava.Evaluation.Metrics;

/// <summary>Tells which words can mean the same. Used by several threads at once.</summary>
public interface ISynonymSource
{
    /// <summary>What the source is called in reports.</summary>
    string Name { get; }

    /// <summary>Ids of the meanings that a word, as it stands or in its base form, can have; two words with one in common are
    /// synonyms.</summary>
    /// <param name="word">A word in lower case.</param>
    IReadOnlySet<int> Meanings(string word);
}
