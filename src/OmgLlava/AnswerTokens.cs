using OmgLlava.Language;

namespace OmgLlava;

/// <summary>The tokens that the model would have generated for an answer of which only text and segments are known.</summary>
internal static class AnswerTokens
{
    /// <summary>Puts the markers of the segments back into the text, as in the published training conversations, and ends the
    /// turn.</summary>
    public static IReadOnlyList<int> Of(OmgLlavaModel model, Reply reply)
    {
        Tokenizer tokenizer = model.Tokenizer;
        var tokens = new List<int>();
        int at = 0;
        foreach (
            Segment segment in reply
                .Segments.Where(s => s.Start >= 0 && s.End >= s.Start && s.End <= reply.Text.Length)
                .OrderBy(s => s.Start)
        )
        {
            if (segment.Start < at)
            {
                continue; // overlaps the one before
            }

            Plain(reply.Text[at..segment.Start]);
            if (segment.End > segment.Start)
            {
                tokens.Add(tokenizer.Id("<p>"));
                Plain($" {reply.Text[segment.Start..segment.End]} ");
                tokens.Add(tokenizer.Id("</p>"));
            }

            Plain(" ");
            tokens.Add(tokenizer.Id("[SEG]"));
            at = segment.End;
        }

        Plain(reply.Text[at..]);
        string end = model.Config.Template.TurnEnd;
        tokens.AddRange(tokenizer.Find(end) is { } id ? [id] : tokenizer.Encode(end));
        return tokens;

        void Plain(string text) => tokens.AddRange(text.Length == 0 ? [] : tokenizer.Encode(text, special: false));
    }
}
