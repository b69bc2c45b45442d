namespace OmgLlava.Language;

/// <summary>How a byte-level tokenizer prepares text.</summary>
/// <param name="Pattern">What it cuts text into; what lies between two matches is a piece too.</param>
/// <param name="Compose">Whether text is brought into Unicode's composed form (NFC) first.</param>
/// <param name="IgnoreMerges">Whether a piece that is a token is taken whole, without merging.</param>
internal sealed record ByteLevelOptions(string Pattern, bool Compose, bool IgnoreMerges)
{
    /// <summary>Qwen2's, whose older files do not tell it.</summary>
    public static ByteLevelOptions Qwen2 { get; } =
        new(
            @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            Compose: true,
            IgnoreMerges: false
        );

    /// <summary>GPT-2's pattern, which <c>tokenizer.json</c> means where it names none.</summary>
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
}
