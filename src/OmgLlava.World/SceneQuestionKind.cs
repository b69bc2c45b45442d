namespace OmgLlava.World;

/// <summary>What a question asks for.</summary>
public enum SceneQuestionKind
{
    /// <summary>Whether something is there.</summary>
    Exists,

    /// <summary>How many there are.</summary>
    Count,

    /// <summary>Which colour it has.</summary>
    Color,

    /// <summary>Where in the picture it is.</summary>
    Place,

    /// <summary>What the thing pointed at is.</summary>
    Name,

    /// <summary>What one would use the thing pointed at for.</summary>
    Use,
}
