using System.Text;

namespace OmgLlava.Language;

/// <summary>
/// The tokenizer of a model directory: its vocabulary (SentencePiece or byte-level), its special tokens, and the tokens that
/// OMG-LLaVA adds behind them.
/// </summary>
internal sealed class Tokenizer
{
    /// <summary>The tokens that OMG-LLaVA adds, in the order of their ids.</summary>
    public static readonly IReadOnlyList<string> AddedTokens = ["[SEG]", "<p>", "</p>", "<region>", "<mark>"];

    private readonly ISubwords _subwords;
    private readonly Dictionary<string, AddedToken> _special;
    private readonly AddedToken[] _specialByLength;
    private readonly byte[][] _bytes;

    private Tokenizer(ISubwords subwords, Dictionary<string, AddedToken> special, string begin)
    {
        (_subwords, _special, Begin) = (subwords, special, begin);
        _specialByLength = [.. special.Values.OrderByDescending(token => token.Text.Length)];
        _bytes = Table(subwords, special.Values);
    }

    /// <summary>Ids that there are, the added tokens included.</summary>
    public int Count => _bytes.Length;

    /// <summary>The token that every text begins with; empty for none.</summary>
    internal string Begin { get; }

    /// <summary>Whether the space that the first word of a text begins with is none of the text's.</summary>
    internal bool AddsSpace => _subwords.AddsSpace;

    /// <summary>Special and added tokens by their text.</summary>
    internal IReadOnlyDictionary<string, AddedToken> Special => _special;

    /// <summary>Reads the tokenizer of a folder.</summary>
    /// <exception cref="OmgLlavaException">A file is missing or damaged.</exception>
    public static Tokenizer Load(string folder)
    {
        var files = TokenizerFiles.Read(folder);
        var special = files.Added.ToDictionary();
        int next =
            Math.Max(
                files.Subwords.Tokens.Max(token => token.Id),
                special.Values.Select(token => token.Id).DefaultIfEmpty(-1).Max()
            ) + 1;
        foreach (string token in AddedTokens.Where(token => !special.ContainsKey(token)))
        {
            special[token] = new AddedToken(token, next++);
        }

        return new Tokenizer(files.Subwords, special, files.Begin);
    }

    /// <summary>The id of a special or added token, or null when there is none of that text.</summary>
    public int? Find(string special) => FindToken(special)?.Id;

    /// <summary>The id of a special or added token that must be there.</summary>
    /// <exception cref="OmgLlavaException">The tokenizer has no such token.</exception>
    public int Id(string special) => Find(special) ?? throw new OmgLlavaException($"The tokenizer has no token '{special}'.");

    /// <summary>Encodes a text. Special tokens in it are found first, the longest at each place; the text between them is encoded
    /// piece by piece.</summary>
    /// <param name="text">The text.</param>
    /// <param name="special">Whether special tokens are recognised; false reads their text as plain characters.</param>
    public IReadOnlyList<int> Encode(string text, bool special = true)
    {
        if (!special)
        {
            return Plain(text);
        }

        var ids = new List<int>();
        int start = 0;
        for (int at = 0; at < text.Length;)
        {
            AddedToken? found = Array.Find(
                _specialByLength,
                token => string.CompareOrdinal(text, at, token.Text, 0, token.Text.Length) == 0
            );
            if (found is null)
            {
                at++;
                continue;
            }

            string before = text[start..at];
            ids.AddRange(Plain(found.TakesBefore ? before.TrimEnd() : before));
            ids.Add(found.Id);
            start = at += found.Text.Length;
            while (found.TakesBehind && start < text.Length && char.IsWhiteSpace(text[start]))
            {
                start = ++at;
            }
        }

        ids.AddRange(Plain(text[start..]));
        return ids;
    }

    /// <summary>The text of ids: their pieces one after the other; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <exception cref="OmgLlavaException">An id is outside the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        string text = Encoding.UTF8.GetString([.. ids.SelectMany(id => Bytes(id).ToArray())]);
        return AddsSpace && text.StartsWith(' ') ? text[1..] : text;
    }

    /// <summary>The UTF-8 bytes that an id stands for; a single one may be a part of a character.</summary>
    /// <exception cref="OmgLlavaException">The id is outside the vocabulary.</exception>
    public ReadOnlySpan<byte> Bytes(int id) =>
        id >= 0 && id < _bytes.Length
            ? _bytes[id]
            : throw new OmgLlavaException(
                $"Token {id} is outside the vocabulary of {_bytes.Length} tokens; the weights and the tokenizer do not belong "
                    + $"together."
            );

    /// <summary>A special or added token, or null when there is none of that text.</summary>
    internal AddedToken? FindToken(string special) => _special.GetValueOrDefault(special);

    private IReadOnlyList<int> Plain(string text) => text.Length == 0 ? [] : _subwords.Encode(text);

    private static byte[][] Table(ISubwords subwords, IEnumerable<AddedToken> special)
    {
        (int Id, byte[] Bytes)[] all =
        [
            .. subwords.Tokens,
            .. special.Select(token => (token.Id, Encoding.UTF8.GetBytes(token.Text))),
        ];
        byte[][] table = new byte[all.Max(token => token.Id) + 1][];
        Array.Fill(table, []);
        foreach ((int id, byte[] bytes) in all)
        {
            table[id] = bytes;
        }

        return table;
    }
}
