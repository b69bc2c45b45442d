namespace OmgLlava.Language;

/// <summary>
/// Writes a SentencePiece tokenizer of any size for models with random weights: printable characters, and syllables that mean
/// nothing.
/// </summary>
internal static class MadeUpVocabulary
{
    /// <summary>Writes <c>tokenizer.model</c> and <c>tokenizer_config.json</c>.</summary>
    /// <param name="folder">Existing folder.</param>
    /// <param name="size">Number of tokens.</param>
    /// <exception cref="OmgLlavaException">The size is too small for bytes, characters and chat tokens, or a file cannot be
    /// written.</exception>
    public static void Write(string folder, int size)
    {
        int others = SentencePieceModel.Leading + SentencePieceModel.ChatTokens.Count;
        string[] words = [.. Characters().Concat(Syllables()).Take(Math.Max(0, size - others))];
        if (words.Length + others != size || size < others + Characters().Count())
        {
            throw new OmgLlavaException($"A made-up vocabulary cannot have {size} tokens; give a tokenizer instead.");
        }

        SentencePieceModel.Write(folder, words);
    }

    private static IEnumerable<string> Characters() =>
        Enumerable.Range(33, 94).Select(code => ((char)code).ToString()).Prepend("\u2581");

    private static IEnumerable<string> Syllables()
    {
        const string Consonants = "bcdfghjklmnpqrstvwxyz";
        const string Vowels = "aeiou";
        string[] open = [.. Consonants.SelectMany(c => Vowels.Select(v => $"{c}{v}"))];
        string[] closed = [.. open.SelectMany(syllable => Consonants.Select(c => $"{syllable}{c}"))];
        return open.Concat(open.Select(s => "\u2581" + s))
            .Concat(closed)
            .Concat(closed.Select(s => "\u2581" + s))
            .Concat(open.SelectMany(first => closed.Select(second => first + second)));
    }
}
