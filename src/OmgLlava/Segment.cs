using OmgLlava.Imaging;

namespace OmgLlava;

/// <summary>A phrase of an answer with its pixels.</summary>
/// <param name="Phrase">The phrase; empty where the answer gives a mask without one.</param>
/// <param name="Start">Where the phrase begins in <see cref="Reply.Text"/>, in UTF-16 characters.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Mask">Its pixels at the size of the user's picture; null when nothing was found.</param>
/// <param name="Score">0..1: the mean probability of the pixels inside the mask.</param>
public sealed record Segment(string Phrase, int Start, int End, Mask? Mask, float Score)
{
    /// <summary>Whether there is anything in the picture that the phrase means.</summary>
    public bool Found => Mask is not null;
}
