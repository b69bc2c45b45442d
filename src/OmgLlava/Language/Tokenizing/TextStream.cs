using System.Text;

namespace OmgLlava.Language;

/// <summary>
/// Turns tokens into text as they come; a character is held back until all its bytes are there. A space that the tokenizer put
/// before the first word is left out.
/// </summary>
internal sealed class TextStream(Tokenizer tokenizer)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _begun = !tokenizer.AddsSpace;

    /// <summary>The text that a token completes; often all of its own.</summary>
    public string Add(int token) => Convert(tokenizer.Bytes(token), flush: false);

    /// <summary>What is left of an unfinished character.</summary>
    public string Finish() => Convert([], flush: true);

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        int count = _decoder.GetChars(bytes, characters, flush);
        int skipped = !_begun && count > 0 && characters[0] == ' ' ? 1 : 0;
        _begun |= count > 0;
        return new string(characters, skipped, count - skipped);
    }
}
