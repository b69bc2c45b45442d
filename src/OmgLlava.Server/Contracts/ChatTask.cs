namespace OmgLlava.Server.Contracts;

/// <summary>What the model is asked to do, in the words that it was trained with.</summary>
public enum ChatTask
{
    /// <summary>The question as it is.</summary>
    Ask,

    /// <summary>The question is an expression whose mask is wanted.</summary>
    Segment,

    /// <summary>A description of the one thing pointed at.</summary>
    Describe,

    /// <summary>A description whose phrases have masks.</summary>
    Ground,

    /// <summary>A description in words.</summary>
    Caption,
}
