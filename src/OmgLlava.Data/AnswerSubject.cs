using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>What a part of an answer speaks of, where that is known and the words do not say it with a [SEG] of their own.</summary>
/// <param name="Start">Index of the part's first character in the answer.</param>
/// <param name="End">Index behind its last.</param>
/// <param name="Mask">The thing, of the picture's size.</param>
public sealed record AnswerSubject(int Start, int End, Mask Mask);
