using OmgLlava.Imaging;

namespace OmgLlava.Training.Samples;

/// <summary>Something in a picture whose class and pixels are known.</summary>
/// <param name="Class">Its class: things first, then stuff.</param>
/// <param name="Mask">Its visible pixels, of the picture's size.</param>
public sealed record SceneObject(int Class, Mask Mask);
