namespace OmgLlava.Alignment;

/// <summary>What the token of a visual prompt is made of.</summary>
internal enum RegionTokenForm
{
    /// <summary>The query that the mask decoder makes of the prompt, as published.</summary>
    Queries,

    /// <summary>The mean of the picture's pixel tokens under the prompt's mask, each counted by the share of its cell that the
    /// mask covers (mask pooling, Osprey).</summary>
    MaskPooling,

    /// <summary>The same under the box of the prompt's mask (RoI pooling, GLaMM).</summary>
    BoxPooling,
}
