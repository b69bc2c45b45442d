namespace OmgLlava.Data;

/// <summary>What a conversation of a <see cref="DataFolder"/> is about.</summary>
public enum DataKind
{
    /// <summary>Masks of what expressions mean (<c>referring.json</c>).</summary>
    Referring,

    /// <summary>Masks of what expressions mean that need thinking (<c>reasoning.json</c>).</summary>
    Reasoning,

    /// <summary>Descriptions with masks (<c>captions.json</c>).</summary>
    Captions,

    /// <summary>Descriptions of regions (<c>regions.json</c>).</summary>
    Regions,

    /// <summary>Names of things at points, in boxes and under masks (<c>instances.json</c>).</summary>
    Names,

    /// <summary>Questions about points (<c>points.json</c>).</summary>
    Points,

    /// <summary>Questions about the picture (<c>conversations.json</c>).</summary>
    Conversations,
}
