namespace OmgLlava.Imaging;

/// <summary>Formats that pictures are written in.</summary>
internal enum PictureFormat
{
    /// <summary>Lossless.</summary>
    Png,

    /// <summary>Small, for photographs.</summary>
    Jpeg,

    /// <summary>Smaller still.</summary>
    Webp,
}
