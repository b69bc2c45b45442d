using System.Text;

namespace OmgLlava.Language;

/// <summary>
/// The printable character by which a byte-level vocabulary writes each byte (GPT-2's <c>bytes_to_unicode</c>): printable bytes
/// as themselves, the others as U+0100 and on.
/// </summary>
internal static class ByteCharacters
{
    private static readonly char[] Characters = Table();
    private static readonly Dictionary<char, byte> Values = Characters
        .Index()
        .ToDictionary(pair => pair.Item, pair => (byte)pair.Index);

    /// <summary>The character of a byte.</summary>
    public static char Of(byte value) => Characters[value];

    /// <summary>A text's UTF-8 bytes as characters.</summary>
    public static string FromText(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(Of));

    /// <summary>The bytes of a token; characters that stand for none are taken as text.</summary>
    public static byte[] ToBytes(string token) =>
        token.All(Values.ContainsKey) ? [.. token.Select(c => Values[c])] : Encoding.UTF8.GetBytes(token);

    private static char[] Table()
    {
        char[] table = new char[256];
        int others = 0;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            table[value] = printable ? (char)value : (char)(256 + others++);
        }

        return table;
    }
}
