namespace OmgLlava.Imaging;

/// <summary>A colour, 8 bits a channel.</summary>
public readonly record struct RgbColor(byte R, byte G, byte B);
