using System.Text;

namespace OmgLlava.Imaging;

/// <summary>What people have in place of a picture that can be read: another format, a web page, nothing. Each is told by its
/// first bytes.</summary>
internal static class NotAPicture
{
    private const string Read = "PNG, JPEG, WebP, BMP or GIF";
    private const string Save = "save it as JPEG or PNG first";

    private static readonly (string Sign, int At, string What)[] Signs =
    [
        ("II*\0", 0, "a TIFF picture or a camera's raw file"),
        ("MM\0*", 0, "a TIFF picture or a camera's raw file"),
        ("II+\0", 0, "a TIFF picture"),
        ("MM\0+", 0, "a TIFF picture"),
        ("8BPS", 0, "a Photoshop file"),
        ("\xFF\x0A", 0, "a JPEG XL picture"),
        ("\0\0\0\x0CJXL ", 0, "a JPEG XL picture"),
        ("\0\0\0\x0CjP  ", 0, "a JPEG 2000 picture"),
        ("\xFF\x4F\xFF\x51", 0, "a JPEG 2000 picture"),
        ("v/1\x01", 0, "an OpenEXR picture"),
        ("DICM", 128, "a DICOM file"),
        ("\0\0\x01\0", 0, "an icon"),
        ("%PDF", 0, "a PDF document"),
        ("%!PS", 0, "a PostScript document"),
        ("PK\x03\x04", 0, "a ZIP archive or an office document"),
        ("\x1A\x45\xDF\xA3", 0, "a video"),
    ];

    private static readonly (byte[] Sign, string What)[] Known =
    [
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "PNG"),
        ([0xFF, 0xD8, 0xFF], "JPEG"),
        ("GIF8"u8.ToArray(), "GIF"),
        ("RIFF"u8.ToArray(), "WebP"),
        ("BM"u8.ToArray(), "BMP"),
    ];

    /// <summary>The sentence that says what a file is, and what to do.</summary>
    /// <param name="start">Its first bytes; 4096 are enough.</param>
    /// <param name="name">What to call it.</param>
    public static OmgLlavaException Explain(ReadOnlySpan<byte> start, string name)
    {
        if (start.IsEmpty)
        {
            return new OmgLlavaException($"'{name}' is empty; a picture ({Read}) is needed.");
        }

        foreach ((byte[] sign, string what) in Known)
        {
            if (start.StartsWith(sign))
            {
                return new OmgLlavaException($"'{name}' begins like a {what} picture, but its header is damaged or cut off.");
            }
        }

        return new OmgLlavaException(
            Format(start) is { } other ? $"'{name}' is {other}, which is not read; {Save}."
            : Text(start) is { } text ? $"'{name}' is {text}"
            : $"'{name}' is not a {Read} image, or its header is damaged."
        );
    }

    private static string? Format(ReadOnlySpan<byte> start)
    {
        string bytes = Encoding.Latin1.GetString(start[..Math.Min(160, start.Length)]);
        if (bytes.Length >= 12 && bytes[4..8] == "ftyp")
        {
            return bytes[8..12] switch
            {
                "avif" or "avis" => "an AVIF picture",
                ['h', 'e', ..] or "mif1" or "msf1" => "a HEIC picture, as telephones take",
                "crx " => "a camera's raw file",
                _ => "a video",
            };
        }

        return Array.Find(Signs, sign => bytes.IndexOf(sign.Sign, StringComparison.Ordinal) == sign.At).What
            ?? (bytes is ['P', >= '1' and <= '7', ' ' or '\n' or '\r' or '\t', ..] ? "a Netpbm picture" : null);
    }

    private static string? Text(ReadOnlySpan<byte> start)
    {
        string text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        bool Has(string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
        return
            text.StartsWith("version https://git-lfs", StringComparison.Ordinal)
                ? "a Git LFS pointer, not the picture itself; fetch it with 'git lfs pull'."
            : !text.StartsWith('<') ? null
            : Has("<svg") ? $"a drawing of lines (SVG), which is not read; {Save}."
            : Has("<html") || Has("<!doctype html") || Has("<body") || Has("<head")
                ? "a web page instead of a picture; download the picture by its direct link."
            : null;
    }
}
