using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace OmgLlava.Language;

/// <summary>
/// The tokenizer of a model directory: a SentencePiece model (<c>tokenizer.model</c>), the special tokens of its
/// <c>tokenizer_config.json</c>, and the tokens that OMG-LLaVA adds behind them.
/// </summary>
public sealed class Tokenizer
{
    /// <summary>The tokens that OMG-LLaVA adds, in the order of their ids.</summary>
    public static readonly IReadOnlyList<string> AddedTokens = ["[SEG]", "<p>", "</p>", "<region>", "<mark>"];

    private const long MaxModelBytes = 64 << 20;

    private readonly SentencePieceTokenizer _pieces;
    private readonly Dictionary<string, int> _special;
    private readonly string[] _specialByLength;
    private readonly byte[][] _bytes;

    private Tokenizer(SentencePieceTokenizer pieces, Dictionary<string, int> special)
    {
        (_pieces, _special) = (pieces, special);
        _specialByLength = [.. special.Keys.OrderByDescending(text => text.Length)];
        _bytes = Table(pieces, special);
    }

    /// <summary>Ids that there are, the added tokens included.</summary>
    public int Count => _bytes.Length;

    /// <summary>Special and added tokens with their ids.</summary>
    internal IReadOnlyDictionary<string, int> Special => _special;

    /// <summary>Reads the tokenizer of a folder.</summary>
    /// <exception cref="OmgLlavaException">A file is missing or damaged.</exception>
    public static Tokenizer Load(string folder)
    {
        string path = Path.Combine(folder, "tokenizer.model");
        using FileStream file = Weights.TensorFiles.OpenRead(path);
        Formats.NotTheFile.Refuse(file, path);
        if (file.Length > MaxModelBytes)
        {
            throw new OmgLlavaException($"'{path}' has {file.Length >> 20} MB, too much for a tokenizer.");
        }

        SentencePieceTokenizer pieces;
        try
        {
            pieces = SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The parser of a damaged model fails in many ways; none of them tells a user more than this.
            throw new OmgLlavaException($"'{path}' is not a SentencePiece model or is damaged.", error);
        }

        Dictionary<string, int> special = SpecialTokens.Read(folder, pieces.Vocabulary);
        int next = Math.Max(pieces.Vocabulary.Values.Max(), special.Values.DefaultIfEmpty(-1).Max()) + 1;
        foreach (string token in AddedTokens.Where(token => !special.ContainsKey(token)))
        {
            special[token] = next++;
        }

        return new Tokenizer(pieces, special);
    }

    /// <summary>The id of a special or added token, or null when there is none of that text.</summary>
    public int? Find(string special) => _special.TryGetValue(special, out int id) ? id : null;

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
            string? found = Array.Find(_specialByLength, token => string.CompareOrdinal(text, at, token, 0, token.Length) == 0);
            if (found is null)
            {
                at++;
                continue;
            }

            ids.AddRange(Plain(text[start..at]));
            ids.Add(_special[found]);
            start = at += found.Length;
        }

        ids.AddRange(Plain(text[start..]));
        return ids;
    }

    /// <summary>The text of ids: their pieces one after the other; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <exception cref="OmgLlavaException">An id is outside the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids) => Encoding.UTF8.GetString([.. ids.SelectMany(id => Bytes(id).ToArray())]);

    /// <summary>The UTF-8 bytes that an id stands for; a single one may be a part of a character.</summary>
    /// <exception cref="OmgLlavaException">The id is outside the vocabulary.</exception>
    public ReadOnlySpan<byte> Bytes(int id) => id >= 0 && id < _bytes.Length
        ? _bytes[id]
        : throw new OmgLlavaException($"Token {id} is outside the vocabulary of {_bytes.Length} tokens; the weights and the tokenizer do not belong together.");

    private IReadOnlyList<int> Plain(string text) =>
        text.Length == 0 ? [] : _pieces.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);

    private static byte[][] Table(SentencePieceTokenizer pieces, Dictionary<string, int> special)
    {
        byte[][] table = new byte[Math.Max(pieces.Vocabulary.Values.Max(), special.Values.Max()) + 1][];
        Array.Fill(table, []);
        foreach ((string piece, int id) in pieces.Vocabulary)
        {
            // <0x0A> stands for one byte; U+2581 for a space.
            table[id] = piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
                && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte value)
                ? [value]
                : Encoding.UTF8.GetBytes(piece.Replace('\u2581', ' '));
        }

        foreach ((string text, int id) in special)
        {
            table[id] = Encoding.UTF8.GetBytes(text);
        }

        return table;
    }
}
