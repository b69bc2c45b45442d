namespace OmgLlava.World;

/// <summary>A state that one sees.</summary>
public enum ThingCondition
{
    /// <summary>Nothing special.</summary>
    Usual,

    /// <summary>In two pieces.</summary>
    Broken,

    /// <summary>Turned by half a turn.</summary>
    UpsideDown,
}
