using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OmgLlava.Files;

namespace OmgLlava.Language;

/// <summary>
/// Writes a tokenizer as SentencePiece keeps it: control tokens, all bytes, the given pieces, and the chat tokens at the end as
/// InternLM2 has them.
/// </summary>
internal static class SentencePieceModel
{
    /// <summary>Tokens before the first piece: unknown, begin, end, and the bytes.</summary>
    public const int Leading = 3 + 256;

    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Byte = 6;

    /// <summary>InternLM2's last rows, in the order of their ids.</summary>
    public static readonly IReadOnlyList<string> ChatTokens =
    [
        "<|plugin|>",
        "<|interpreter|>",
        "<|action_end|>",
        "<|action_start|>",
        "<|im_end|>",
        "<|im_start|>",
    ];

    /// <summary>Writes <c>tokenizer.model</c> and <c>tokenizer_config.json</c>.</summary>
    /// <param name="folder">Existing folder.</param>
    /// <param name="words">Pieces, U+2581 for a space; an earlier one is merged before a later one.</param>
    /// <exception cref="OmgLlavaException">A file cannot be written.</exception>
    public static void Write(string folder, IEnumerable<string> words)
    {
        var pieces = new List<(string Text, int Type)> { ("<unk>", Unknown), ("<s>", Control), ("</s>", Control) };
        pieces.AddRange(Enumerable.Range(0, 256).Select(b => ($"<0x{b:X2}>", Byte)));
        pieces.AddRange(words.Select(word => (word, Normal)));
        int firstChatToken = pieces.Count;
        pieces.AddRange(ChatTokens.Select(token => (token, UserDefined)));
        var added = new JsonObject(
            ChatTokens
                .Index()
                .Select(token =>
                    KeyValuePair.Create<string, JsonNode?>(
                        (firstChatToken + token.Index).ToString(CultureInfo.InvariantCulture),
                        new JsonObject { ["content"] = token.Item, ["special"] = true }
                    )
                )
        );
        string json = new JsonObject { ["added_tokens_decoder"] = added }.ToJsonString();
        OutputFile.Write(
            Path.Combine(folder, "tokenizer_config.json"),
            file => file.Write(Encoding.UTF8.GetBytes(json))
        );
        // Last: where it is, the other file is too, whatever a process is killed at.
        OutputFile.Write(Path.Combine(folder, "tokenizer.model"), file => file.Write(Model(pieces)));
    }

    /// <summary>A <c>ModelProto</c>: pieces, a byte-pair trainer with byte fallback, and a normalizer that changes
    /// nothing.</summary>
    private static byte[] Model(List<(string Text, int Type)> pieces)
    {
        const int BytePairEncoding = 2;
        using var model = new MemoryStream();
        foreach ((int index, (string text, int type)) in pieces.Index())
        {
            Field(model, 1, [.. Message(1, Encoding.UTF8.GetBytes(text)), .. Score(2, -index), .. Number(3, type)]);
        }

        // trainer: model type, size, byte fallback
        Field(model, 2, [.. Number(3, BytePairEncoding), .. Number(4, pieces.Count), .. Number(35, 1)]);
        // normalizer: spaces kept and escaped, and one before the text, so that a name is the same word wherever it stands
        Field(model, 3, [.. Message(1, "identity"u8), .. Number(3, 1), .. Number(4, 0), .. Number(5, 1)]);
        return model.ToArray();
    }

    private static void Field(MemoryStream stream, int number, ReadOnlySpan<byte> content) =>
        stream.Write(Message(number, content));

    private static byte[] Message(int number, ReadOnlySpan<byte> content) =>
        [.. Varint((number << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int number, int value) => [.. Varint(number << 3), .. Varint(value)];

    private static byte[] Score(int number, float value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return [.. Varint((number << 3) | 5), .. bytes];
    }

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (uint rest = (uint)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                bytes.Add((byte)rest);
                return [.. bytes];
            }

            bytes.Add((byte)(rest | 0x80));
        }
    }
}
