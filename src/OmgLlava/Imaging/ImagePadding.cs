namespace OmgLlava.Imaging;

/// <summary>A larger picture that another lies in.</summary>
/// <param name="Left">Columns of padding at its left.</param>
/// <param name="Top">Rows of padding above it.</param>
/// <param name="Width">Width of the larger picture in pixels.</param>
/// <param name="Height">Height of the larger picture in pixels.</param>
/// <param name="Color">What fills the padding.</param>
internal readonly record struct ImagePadding(int Left, int Top, int Width, int Height, RgbColor Color);
