namespace OmgLlava.Evaluation.Tasks;

/// <summary>How a thing is pointed at.</summary>
public enum PromptKind
{
    /// <summary>The point deepest inside.</summary>
    Point,

    /// <summary>The tightest box.</summary>
    Box,

    /// <summary>All its pixels.</summary>
    Mask,
}
