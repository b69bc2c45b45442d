using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>Something in a photograph.</summary>
/// <param name="Name">Its class; null where only its pixels are known.</param>
/// <param name="Mask">Its pixels; null where it is only known to be what the photograph shows.</param>
public sealed record PhotoObject(string? Name, Mask? Mask);
