namespace OmgLlava.World;

/// <summary>Where a thing is at home in a scene.</summary>
public enum ThingPlace
{
    /// <summary>Standing or lying on something.</summary>
    Ground,

    /// <summary>In the air.</summary>
    Air,

    /// <summary>In or on water.</summary>
    Water,
}
