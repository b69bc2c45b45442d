namespace OmgLlava.World;

/// <summary>What an expression needs to be understood.</summary>
public enum ExpressionKind
{
    /// <summary>Names things: "the cat", "all birds".</summary>
    Name,

    /// <summary>A colour: "the red car".</summary>
    Color,

    /// <summary>A state: "the broken clock".</summary>
    Condition,

    /// <summary>A place in the picture or in a row: "the second cat from the left".</summary>
    Position,

    /// <summary>A comparison: "the largest fruit".</summary>
    Size,

    /// <summary>Another thing: "the apple under the umbrella".</summary>
    Relation,

    /// <summary>Knowledge: "what you would use to open a lock".</summary>
    Reasoning,
}
