using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>What a part of an answer speaks of, where that is known and the words do not say it with a [SEG] of their
/// own.</summary>
/// <param name="Start">Index of the part's first character in the answer.</param>
/// <param name="End">Index behind its last; the same where no word but only <see cref="Number"/> depends on it.</param>
/// <param name="Mask">All that is meant, of the picture's size; empty where that is nothing.</param>
public sealed record AnswerSubject(int Start, int End, Mask Mask)
{
    /// <summary>How many things that are, where the word at <see cref="Start"/> depends on it; null otherwise.</summary>
    public int? Number { get; init; }
}
