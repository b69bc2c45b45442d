using System.Text;

namespace OmgLlava.Language;

/// <summary>Turns tokens into text as they come; a character is held back until all its bytes are there.</summary>
internal sealed class TextStream(Tokenizer tokenizer)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The text that a token completes; often all of its own.</summary>
    public string Add(int token) => Convert(tokenizer.Bytes(token), flush: false);

    /// <summary>What is left of an unfinished character.</summary>
    public string Finish() => Convert([], flush: true);

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        int count = _decoder.GetChars(bytes, characters, flush);
        return new string(characters, 0, count);
    }
}
