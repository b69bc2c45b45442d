namespace OmgLlava.Imaging;

/// <summary>How masks are drawn.</summary>
public sealed record OverlayOptions
{
    /// <summary>How strongly masks are tinted, 0..1.</summary>
    public float Opacity { get; init; } = 0.45f;

    /// <summary>Whether outlines are drawn.</summary>
    public bool Outlines { get; init; } = true;

    /// <summary>Whether labels are drawn; they are left out where the system has no font.</summary>
    public bool Labels { get; init; } = true;
}
