using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>A box around a thing of a class.</summary>
internal sealed record NamedBox(string Name, PixelBox Box);
