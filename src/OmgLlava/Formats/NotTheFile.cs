using System.Text;
using System.Text.RegularExpressions;

namespace OmgLlava.Formats;

/// <summary>
/// What people have in place of a file that they meant to download: a pointer of Git LFS, a web page, half of the file, an
/// archive around it. Each is told by its first bytes.
/// </summary>
internal static partial class NotTheFile
{
    private const string Again = "download it again";
    private const int Looked = 4096;

    private static readonly (byte[] Sign, string What)[] Signs =
    [
        ([0x1F, 0x8B], "is compressed with gzip; unpack it first"),
        ("BZh"u8.ToArray(), "is compressed with bzip2; unpack it first"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "is compressed with xz; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is compressed with zstd; unpack it first"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "is a 7z archive; unpack it first"),
        ("Rar!"u8.ToArray(), "is a RAR archive; unpack it first"),
        (
            "GGUF"u8.ToArray(),
            "is a model for llama.cpp (GGUF), whose weights are packed; get the original .safetensors or .bin files"
        ),
        (
            [0x89, (byte)'H', (byte)'D', (byte)'F'],
            "is an HDF5 file of Keras or TensorFlow; a PyTorch or safetensors file is needed"
        ),
        (
            [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'],
            "is a NumPy array; a PyTorch or safetensors file is needed"
        ),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "is a picture (PNG), not a checkpoint"),
        ([0xFF, 0xD8, 0xFF], "is a picture (JPEG), not a checkpoint"),
        ("%PDF"u8.ToArray(), "is a PDF document, not a checkpoint"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "is a program, not a checkpoint"),
    ];

    /// <summary>Refuses what is certainly not the file that was meant; the stream is left at its beginning.</summary>
    /// <param name="file">The opened file.</param>
    /// <param name="path">Its name, for the message.</param>
    /// <param name="textual">Whether the file that was meant is text itself, JSON for one.</param>
    /// <exception cref="OmgLlavaException">It is something else; the sentence says what, and what to do.</exception>
    public static void Refuse(FileStream file, string path, bool textual = false)
    {
        byte[] start = new byte[Math.Min(Looked, file.Length)];
        file.Position = 0;
        file.ReadExactly(start);
        file.Position = 0;
        if (Explain(start, file.Length, path, textual) is { } what)
        {
            throw new OmgLlavaException($"'{path}' {what}.");
        }
    }

    private static string? Explain(byte[] start, long length, string path, bool textual)
    {
        if (length == 0)
        {
            return $"is empty; {Again}";
        }

        string? binary = Signs.FirstOrDefault(sign => start.AsSpan().StartsWith(sign.Sign)).What;
        if (binary is not null)
        {
            return binary;
        }

        if (start.Length > 262 && start.AsSpan(257, 5).SequenceEqual("ustar"u8))
        {
            return "is a tar archive; unpack it first";
        }

        if (start.Length >= 16 && !start.AsSpan().ContainsAnyExcept((byte)0))
        {
            return $"begins with zeros alone: its download reserved the room but did not fill it; {Again}";
        }

        if (Path.GetExtension(path) is ".incomplete" or ".part" or ".crdownload" or ".aria2" or ".download")
        {
            return $"is an unfinished download; let it finish, or {Again}";
        }

        return IsText(start)
            ? ExplainText(Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n'), textual)
            : null;
    }

    private static string? ExplainText(string text, bool textual)
    {
        if (LfsPointer().Match(text) is { Success: true } pointer)
        {
            string size = pointer.Groups["size"] is { Success: true, Value: var bytes } ? $" of {bytes} bytes" : "";
            return $"is a Git LFS pointer to a file{size}, not the file itself; fetch it with 'git lfs pull' or download it "
                + $"from the model's page";
        }

        if (
            text.StartsWith("/annex/objects/", StringComparison.Ordinal)
            || text.StartsWith("../.git/annex/", StringComparison.Ordinal)
        )
        {
            return "is a git-annex pointer, not the file itself; fetch it with 'git annex get'";
        }

        if (WebPage().IsMatch(text))
        {
            string title = Title().Match(text) is { Success: true } match
                ? $" ('{Short(System.Net.WebUtility.HtmlDecode(match.Groups[1].Value))}')"
                : "";
            return $"is a web page{title} instead of the file; the link leads to a page, perhaps one that asks to log in: "
                + $"{Again} by its direct link";
        }

        if (text.StartsWith("<?xml", StringComparison.Ordinal) || text.StartsWith("<Error", StringComparison.Ordinal))
        {
            string code = ErrorCode().Match(text) is { Success: true } match ? $" ({Short(match.Groups[1].Value)})" : "";
            return $"is a server's error message{code} instead of the file; {Again}";
        }

        if (textual)
        {
            return null;
        }

        return text.StartsWith('{') || text.StartsWith('[')
            ? text.Contains("\"error\"", StringComparison.OrdinalIgnoreCase)
                ? $"is a server's error message ({Short(text)}) instead of the file; {Again}"
                : "is a JSON text, not weights; name the file with the weights or the folder that holds both"
            : $"is a text ('{Short(text)}'), not the file that was meant; {Again}";
    }

    private static string Short(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 60 ? line[..60] + "..." : line;
    }

    /// <summary>Whether bytes are printable characters; the last ones may be half a character.</summary>
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value < 32 && value is not ((byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\f' or 27))
            {
                return false;
            }
        }

        return !Encoding
            .UTF8.GetString(bytes[..Math.Max(0, bytes.Length - (bytes.Length == Looked ? 3 : 0))])
            .Contains('\uFFFD', StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^version https?://(git-lfs\.github\.com|hawser\.github\.com|git-media\.io)/.*?(\nsize (?<size>\d+))?\s*$",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex LfsPointer();

    [GeneratedRegex(
        @"^(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script)\b",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant
    )]
    private static partial Regex WebPage();

    [GeneratedRegex(
        @"<title[^>]*>(.*?)</title>",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant
    )]
    private static partial Regex Title();

    [GeneratedRegex(@"<Code>(.*?)</Code>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex ErrorCode();
}
