using OmgLlava.Imaging;

namespace OmgLlava.Data.Referring;

/// <summary>A picture of ReasonSeg with its questions.</summary>
/// <param name="Id">The picture's name.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Texts">Ways to ask for the same thing.</param>
/// <param name="IsSentence">Whether they are whole sentences, which are asked as they stand, or phrases.</param>
/// <param name="Target">What they mean.</param>
/// <param name="Ignored">Pixels that do not count in an evaluation.</param>
public sealed record ReasonSegSample(
    string Id,
    string ImagePath,
    IReadOnlyList<string> Texts,
    bool IsSentence,
    Mask Target,
    Mask Ignored
);
