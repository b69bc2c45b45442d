namespace OmgLlava.Imaging;

/// <summary>A place in a picture, in pixels from its top left corner.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
public readonly record struct PixelPoint(float X, float Y);
