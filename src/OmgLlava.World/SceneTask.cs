namespace OmgLlava.World;

/// <summary>What a question about a scene trains.</summary>
public enum SceneTask
{
    /// <summary>The mask of what an expression means that can be told of one thing after the other: by name or colour.</summary>
    Referring,

    /// <summary>The same by the state that it is in, which few things in few scenes are.</summary>
    Condition,

    /// <summary>The same, where several things must be looked at in one go: by place in a row, by size, by what stands
    /// beside.</summary>
    Comparing,

    /// <summary>The same, where the expression needs knowledge.</summary>
    Reasoning,

    /// <summary>An expression that means nothing in the picture, though it could be told of one thing after the other, or by
    /// knowledge.</summary>
    NoTarget,

    /// <summary>The same, where several things must be looked at in one go before that is clear.</summary>
    NoTargetComparing,

    /// <summary>The mask of a kind of stuff.</summary>
    Stuff,

    /// <summary>A description whose phrases have masks.</summary>
    Caption,

    /// <summary>The same description without masks.</summary>
    Description,

    /// <summary>The name of what a point, box or mask marks.</summary>
    Name,

    /// <summary>A sentence about what a box or mask marks.</summary>
    Region,

    /// <summary>A question about one of several marked points.</summary>
    Points,

    /// <summary>Whether something is there.</summary>
    Exists,

    /// <summary>How many there are.</summary>
    Count,

    /// <summary>Which colour it has.</summary>
    Color,

    /// <summary>Where it is.</summary>
    Place,

    /// <summary>All things in order of place or size.</summary>
    List,

    /// <summary>A question that points at two or three things.</summary>
    Regions,

    /// <summary>A question and one that refers back to it.</summary>
    FollowUp,
}
