namespace OmgLlava.Language;

/// <summary>
/// A conversation format, by default that of InternLM2-chat (XTuner's <c>internlm2_chat</c>). Image, region and mark stand in it
/// as placeholders that the prompt splicer replaces by embeddings.
/// </summary>
internal sealed record ChatTemplate
{
    /// <summary>The id that stands for an image among token ids; no row of the embedding.</summary>
    public const int ImageToken = -200;

    /// <summary>Text form of the image placeholder.</summary>
    public const string ImagePlaceholder = "<image>";

    /// <summary>Text form of a region (mask or box) prompt.</summary>
    public const string RegionPlaceholder = "<region>";

    /// <summary>Text form of a point prompt.</summary>
    public const string MarkPlaceholder = "<mark>";

    private static readonly string[] Placeholders = [ImagePlaceholder, RegionPlaceholder, MarkPlaceholder];

    /// <summary>The token that a conversation begins with; empty for none.</summary>
    public string Begin { get; init; } = "<s>";

    /// <summary>What a system text becomes.</summary>
    public string System { get; init; } = "<|im_start|>system\n{system}<|im_end|>\n";

    /// <summary>What a user's text becomes.</summary>
    public string Instruction { get; init; } = "<|im_start|>user\n{input}<|im_end|>\n<|im_start|>assistant\n";

    /// <summary>What stands between an answer and the next question.</summary>
    public string Separator { get; init; } = "\n";

    /// <summary>The end of a turn.</summary>
    public string TurnEnd { get; init; } = "<|im_end|>";

    /// <summary>The first turn of a conversation.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">The user's text; <c>&lt;region&gt;</c> and <c>&lt;mark&gt;</c> in it stand for visual prompts.</param>
    /// <param name="withImage">Whether the image comes first.</param>
    /// <param name="system">A system text, or null for none, as in the published runs.</param>
    public IReadOnlyList<int> FirstTurn(Tokenizer tokenizer, string text, bool withImage = true, string? system = null)
    {
        List<int> ids = Begin.Length > 0 ? [tokenizer.Id(Begin)] : [];
        if (system is not null)
        {
            Append(ids, tokenizer, System, "{system}", system);
        }

        Append(ids, tokenizer, Instruction, "{input}", withImage ? $"{ImagePlaceholder}\n{text}" : text);
        return ids;
    }

    /// <summary>A later turn, with what ends the answer before it.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">The user's text.</param>
    public IReadOnlyList<int> NextTurn(Tokenizer tokenizer, string text)
    {
        var ids = new List<int>(tokenizer.Encode(Separator));
        Append(ids, tokenizer, Instruction, "{input}", text);
        return ids;
    }

    /// <summary>
    /// Encodes a template and the text in it. In the user's text only the placeholders are special: control tokens such as the
    /// end of a turn are read as plain characters, so that nobody can speak in another's name.
    /// </summary>
    private static void Append(List<int> ids, Tokenizer tokenizer, string template, string slot, string text)
    {
        string[] around = template.Split(slot, 2);
        // Plain text that touches the template is encoded together with it, as when the whole prompt is encoded at once.
        var parts = new List<(string Text, bool Special)> { (around[0], true) };
        parts.AddRange(SplitPlaceholders(text));
        parts.Add((around.Length > 1 ? around[1] : "", true));
        foreach (object part in Join(parts, tokenizer))
        {
            if (part is string plain)
            {
                ids.AddRange(tokenizer.Encode(plain, special: false));
            }
            else
            {
                ids.Add((int)part);
            }
        }
    }

    /// <summary>The text cut at its placeholders, which are kept.</summary>
    private static IEnumerable<(string Text, bool Special)> SplitPlaceholders(string text)
    {
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            string? found = Array.Find(Placeholders, token => string.CompareOrdinal(text, at, token, 0, token.Length) == 0);
            if (found is not null)
            {
                yield return (text[start..at], false);
                yield return (found, true);
                at += found.Length - 1;
                start = at + 1;
            }
        }

        yield return (text[start..], false);
    }

    /// <summary>A sequence of runs of plain text (strings) and special ids (ints), with touching runs of text made one.</summary>
    private static List<object> Join(IEnumerable<(string Text, bool Special)> parts, Tokenizer tokenizer)
    {
        var result = new List<object>();
        bool taken = false; // whether white space that comes now belongs to the token before it
        foreach ((string text, bool special) in parts)
        {
            if (!special)
            {
                AddText(text);
                continue;
            }

            int start = 0;
            for (int at = 0; at < text.Length; at++)
            {
                int end = text.IndexOf('>', at);
                string candidate = text[at] == '<' && end > at ? text[at..(end + 1)] : "";
                AddedToken? token =
                    candidate == ImagePlaceholder ? new AddedToken(candidate, ImageToken) : tokenizer.FindToken(candidate);
                if (token is not null)
                {
                    AddText(text[start..at]);
                    AddToken(token);
                    at = end;
                    start = end + 1;
                }
            }

            AddText(text[start..]);
        }

        return result;

        void AddToken(AddedToken token)
        {
            if (token.TakesBefore && result.Count > 0 && result[^1] is string before)
            {
                result[^1] = before.TrimEnd();
            }

            result.Add(token.Id);
            taken = token.TakesBehind;
        }

        void AddText(string text)
        {
            string kept = taken ? text.TrimStart() : text;
            if (kept.Length == 0)
            {
                return;
            }

            taken = false;
            if (result.Count > 0 && result[^1] is string before)
            {
                result[^1] = before + kept;
            }
            else
            {
                result.Add(kept);
            }
        }
    }
}
