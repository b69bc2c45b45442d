using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace OmgLlava.Language;

/// <summary>A SentencePiece model (<c>tokenizer.model</c>): InternLM2, Llama 2, Phi-3.</summary>
internal sealed class SentencePieceSubwords : ISubwords
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "tokenizer.model";

    private readonly SentencePieceTokenizer _pieces;

    private SentencePieceSubwords(SentencePieceTokenizer pieces) => _pieces = pieces;

    /// <inheritdoc/>
    public IEnumerable<(int Id, byte[] Bytes)> Tokens => _pieces.Vocabulary.Select(piece => (piece.Value, Bytes(piece.Key)));

    /// <inheritdoc/>
    public bool AddsSpace => _pieces.AddDummyPrefix;

    /// <summary>Reads a model.</summary>
    /// <exception cref="OmgLlavaException">The file is missing, too large or damaged.</exception>
    public static SentencePieceSubwords Load(string path)
    {
        using FileStream file = TokenizerFiles.Open(path);
        try
        {
            return new SentencePieceSubwords(
                SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false)
            );
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The parser of a damaged model fails in many ways; none of them tells a user more than this.
            throw new OmgLlavaException($"'{path}' is not a SentencePiece model or is damaged.", error);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text) =>
        _pieces.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);

    /// <inheritdoc/>
    public int? Find(string token) => _pieces.Vocabulary.TryGetValue(token, out int id) ? id : null;

    /// <summary><c>&lt;0x0A&gt;</c> stands for one byte, U+2581 for a space.</summary>
    private static byte[] Bytes(string piece) =>
        piece.Length == 6
        && piece.StartsWith("<0x", StringComparison.Ordinal)
        && piece[5] == '>'
        && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte value)
            ? [value]
            : Encoding.UTF8.GetBytes(piece.Replace('\u2581', ' '));
}
