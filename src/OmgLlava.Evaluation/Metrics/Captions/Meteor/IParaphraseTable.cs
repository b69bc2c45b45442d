namespace OmgLlava.Evaluation.Metrics;

/// <summary>Tells which phrases can stand for each other. Used by several threads at once.</summary>
public interface IParaphraseTable
{
    /// <summary>What the table is called in reports.</summary>
    string Name { get; }

    /// <summary>The phrases of the table that begin at a word of a sentence, shortest first, each with a paraphrase.</summary>
    /// <param name="words">The sentence.</param>
    /// <param name="start">Index of the word.</param>
    IEnumerable<(int Length, IReadOnlyList<string> Paraphrase)> Find(IReadOnlyList<string> words, int start);
}
