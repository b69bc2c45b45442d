using OmgLlava.Data.Dialogues;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Captions;

/// <summary>A description of a picture some of whose phrases come with their pixels.</summary>
/// <param name="Id">Names it in messages and results.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Text">The description.</param>
/// <param name="Phrases">Its grounded phrases in the order of the text, none reaching into the next.</param>
public sealed record GroundedCaption(string Id, string ImagePath, string Text, IReadOnlyList<GroundedPhrase> Phrases)
{
    /// <summary>The words of a phrase.</summary>
    public string TextOf(GroundedPhrase phrase) => Text[phrase.Start..phrase.End];

    /// <summary>The description as the model is to write it: <c>&lt;p&gt; phrase &lt;/p&gt; [SEG]</c> in place of each
    /// phrase.</summary>
    public string ToAnswer()
    {
        var answer = new System.Text.StringBuilder();
        int at = 0;
        foreach (GroundedPhrase phrase in Phrases)
        {
            answer
                .Append(PlainText.WithoutTokens(Text[at..phrase.Start]))
                .Append("<p> ")
                .Append(PlainText.WithoutTokens(TextOf(phrase)))
                .Append(" </p> [SEG]");
            at = phrase.End;
        }

        return answer.Append(PlainText.WithoutTokens(Text[at..])).ToString();
    }

    /// <summary>The pixels of the phrases.</summary>
    public IReadOnlyList<Mask> Masks() => [.. Phrases.Select(phrase => phrase.Region.ToMask())];

    /// <summary>
    /// Makes a caption of phrases in any order. Where one reaches into the next it is cut off there, as GLaMM does; of two that
    /// begin together the longer stays. White space at its ends is left out, and so is a phrase of which nothing remains.
    /// </summary>
    internal static GroundedCaption Create(string id, string imagePath, string text, IEnumerable<GroundedPhrase> phrases)
    {
        GroundedPhrase[] sorted =
        [
            .. phrases
                .Where(phrase => phrase.End > phrase.Start)
                .OrderByDescending(phrase => phrase.End)
                .DistinctBy(phrase => phrase.Start)
                .OrderBy(phrase => phrase.Start),
        ];
        var kept = new List<GroundedPhrase>();
        for (int i = 0; i < sorted.Length; i++)
        {
            (int start, int end) = (
                sorted[i].Start,
                i + 1 < sorted.Length ? Math.Min(sorted[i].End, sorted[i + 1].Start) : sorted[i].End
            );
            while (start < end && char.IsWhiteSpace(text[start]))
            {
                start++;
            }

            while (end > start && char.IsWhiteSpace(text[end - 1]))
            {
                end--;
            }

            if (end > start)
            {
                kept.Add(sorted[i] with { Start = start, End = end });
            }
        }

        return new GroundedCaption(id, imagePath, text, kept);
    }
}
