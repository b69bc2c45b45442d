using System.Text;
using OmgLlava.Data.Json;

namespace OmgLlava.Data.Captions;

/// <summary>Where a phrase stands in a caption. The published files count Unicode code points; here everything counts UTF-16
/// characters.</summary>
internal static class CaptionSpan
{
    /// <exception cref="OmgLlavaException">The numbers do not lie in the caption.</exception>
    public static (int Start, int End) Read(JsonRecord record, IReadOnlyList<double> span, string caption)
    {
        int length = caption.EnumerateRunes().Count();
        return
            span is [var start, var end]
            && start >= 0
            && start < end
            && end <= length
            && start == Math.Floor(start)
            && end == Math.Floor(end)
            ? (Utf16(caption, (int)start), Utf16(caption, (int)end))
            : throw record.Error($"a phrase stands at {string.Join(" to ", span)}, but the caption has {length} characters");
    }

    private static int Utf16(string text, int codePoints)
    {
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes().Take(codePoints))
        {
            at += rune.Utf16SequenceLength;
        }

        return at;
    }
}
