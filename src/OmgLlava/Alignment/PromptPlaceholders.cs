namespace OmgLlava.Alignment;

/// <summary>The token ids that stand in a prompt for embeddings from outside the vocabulary.</summary>
/// <param name="RegionId">Id of <c>&lt;region&gt;</c>: a box or a mask.</param>
/// <param name="MarkId">Id of <c>&lt;mark&gt;</c>: a point.</param>
internal sealed record PromptPlaceholders(long RegionId, long MarkId)
{
    /// <summary>Stands for an image; no token of any vocabulary.</summary>
    public const long ImageId = -200;

    /// <summary>Label of positions that the language loss ignores.</summary>
    public const long IgnoredLabel = -100;
}
