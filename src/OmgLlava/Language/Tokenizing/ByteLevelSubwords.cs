using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace OmgLlava.Language;

/// <summary>
/// Byte-level byte-pair encoding (Radford et al. 2019): text is cut by a pattern, and each piece is merged from bytes, every byte
/// written as a printable character. Qwen2, Llama 3.
/// </summary>
internal sealed class ByteLevelSubwords : ISubwords
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // the pattern comes from a file

    private readonly Dictionary<string, int> _vocabulary;
    private readonly BpeTokenizer _pairs;
    private readonly Regex _pattern;
    private readonly ByteLevelOptions _options;

    /// <param name="vocabulary">Ids by token, bytes as printable characters.</param>
    /// <param name="merges">Pairs, <c>first second</c>; an earlier one is merged before a later one.</param>
    /// <param name="options">How text is prepared.</param>
    /// <exception cref="ArgumentException">The pattern is no regular expression, or a merge is of tokens that there are
    /// not.</exception>
    public ByteLevelSubwords(Dictionary<string, int> vocabulary, IReadOnlyList<string> merges, ByteLevelOptions options)
    {
        (_vocabulary, _options) = (vocabulary, options);
        _pattern = new Regex(options.Pattern, RegexOptions.CultureInvariant, Patience);
        _pairs = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges, ByteLevel = true });
    }

    /// <inheritdoc/>
    public IEnumerable<(int Id, byte[] Bytes)> Tokens =>
        _vocabulary.Select(token => (token.Value, ByteCharacters.ToBytes(token.Key)));

    /// <inheritdoc/>
    public bool AddsSpace => false;

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text)
    {
        string normal = _options.Compose ? text.Normalize(NormalizationForm.FormC) : text;
        var ids = new List<int>();
        int at = 0;
        try
        {
            for (Match match = _pattern.Match(normal); match.Success; match = match.NextMatch())
            {
                Add(normal[at..match.Index]);
                Add(match.Value);
                at = match.Index + match.Length;
            }
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new OmgLlavaException(
                "The tokenizer's pattern takes too long over this text; its tokenizer.json is not usable.",
                error
            );
        }

        Add(normal[at..]);
        return ids;

        void Add(string piece)
        {
            if (piece.Length == 0)
            {
                return;
            }

            if (_options.IgnoreMerges && _vocabulary.TryGetValue(ByteCharacters.FromText(piece), out int whole))
            {
                ids.Add(whole);
                return;
            }

            ids.AddRange(_pairs.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
        }
    }

    /// <inheritdoc/>
    public int? Find(string token) => _vocabulary.TryGetValue(token, out int id) ? id : null;
}
