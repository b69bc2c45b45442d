using OmgLlava.Imaging;

namespace OmgLlava.Data.Coco;

/// <summary>An object of a COCO file.</summary>
/// <param name="Id">Its id in the file.</param>
/// <param name="ImageId">Its picture.</param>
/// <param name="CategoryId">Its category.</param>
/// <param name="Box">The box that the file gives, in pixels; null where it gives none.</param>
/// <param name="Area">The area that the file gives, in pixels; null where it gives none.</param>
/// <param name="IsCrowd">Whether it stands for a group that was not taken apart.</param>
public sealed record CocoAnnotation(long Id, long ImageId, int CategoryId, PixelBox? Box, double? Area, bool IsCrowd);
