namespace OmgLlava.Data.Referring;

/// <summary>Words that mean something in a picture, or nothing.</summary>
/// <param name="Id">Names it in messages and results.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Text">The words.</param>
/// <param name="Split">The part of the data set it belongs to, such as train, val or testA; empty where the data set has
/// none.</param>
/// <param name="Target">What the words mean, all of it together; without pixels where they mean nothing.</param>
/// <param name="NoTarget">Whether the words mean nothing that is there.</param>
public sealed record ReferringExpression(
    string Id,
    string ImagePath,
    string Text,
    string Split,
    EncodedMask Target,
    bool NoTarget
)
{
    /// <summary>What it takes to understand the words, such as position or color; empty where the data set does not
    /// say.</summary>
    public string Kind { get; init; } = "";
}
