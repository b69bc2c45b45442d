namespace OmgLlava;

/// <summary>The class of every pixel of a picture.</summary>
/// <param name="Width">Width of the picture in pixels.</param>
/// <param name="Height">Height of the picture in pixels.</param>
/// <param name="Classes">Row-major; an index into <paramref name="ClassNames"/>.</param>
/// <param name="ClassNames">Name of each class by its index.</param>
public sealed record SemanticResult(int Width, int Height, IReadOnlyList<int> Classes, IReadOnlyList<string> ClassNames);
