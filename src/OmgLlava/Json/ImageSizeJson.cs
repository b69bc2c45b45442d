namespace OmgLlava.Json;

/// <summary>The size of the user's picture.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record ImageSizeJson(int Width, int Height);
