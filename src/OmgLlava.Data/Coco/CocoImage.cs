namespace OmgLlava.Data.Coco;

/// <summary>A picture of a COCO file.</summary>
/// <param name="Id">Its id in the file.</param>
/// <param name="FileName">Its file, in the folder of pictures.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public sealed record CocoImage(long Id, string FileName, int Width, int Height);
