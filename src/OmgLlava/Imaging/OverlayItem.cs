namespace OmgLlava.Imaging;

/// <summary>A mask to draw over a picture.</summary>
/// <param name="Mask">Of the picture's size.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Label">A few words, or null.</param>
public sealed record OverlayItem(Mask Mask, RgbColor Color, string? Label);
