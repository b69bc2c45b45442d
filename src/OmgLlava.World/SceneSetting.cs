namespace OmgLlava.World;

/// <summary>What kind of place a scene shows.</summary>
public enum SceneSetting
{
    /// <summary>Sky above some ground.</summary>
    Outdoors,

    /// <summary>Sky above water, perhaps with a shore.</summary>
    Sea,

    /// <summary>A wall and a floor.</summary>
    Room,

    /// <summary>Things lying on something, seen from above.</summary>
    FlatLay,
}
