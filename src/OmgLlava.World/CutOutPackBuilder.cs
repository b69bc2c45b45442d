using OmgLlava.Data.Photos;
using OmgLlava.Files;
using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.World;

/// <summary>Makes an art pack of things that are cut out of labelled photographs, so that scenes show them too.</summary>
public static class CutOutPackBuilder
{
    /// <summary>Pixels that a thing needs: less shows nothing of it.</summary>
    public const long LeastArea = 1024;

    /// <summary>Builds a pack of the whole things of the photographs: of a known class, with a mask, large enough, and not cut
    /// off by the photograph's edge.</summary>
    /// <param name="photos">The photographs.</param>
    /// <param name="directory">The pack's folder, made if need be.</param>
    /// <param name="name">The pack's name.</param>
    /// <param name="credits">Whose photographs they are and under which terms.</param>
    /// <param name="most">The most cut-outs of a class; the first ones are taken.</param>
    /// <param name="progress">The share done.</param>
    /// <param name="cancellation">Stops between photographs.</param>
    /// <returns>How many cut-outs the pack has.</returns>
    /// <exception cref="OmgLlavaException">A photograph or its labels are damaged, or there is nothing to cut out.</exception>
    public static int Build(
        IPhotoSet photos,
        string directory,
        string name,
        string credits,
        int most = int.MaxValue,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        Directory.CreateDirectory(directory);
        var things = photos.Classes.Where(c => c.IsThing).Select(c => c.Name).ToHashSet();
        var counts = new Dictionary<string, int>();
        var drawings = new List<PackDrawing>();
        for (int i = 0; i < photos.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report((double)i / photos.Count);
            PhotoObject[] whole =
            [
                .. photos
                    .Read(i)
                    .Objects.Where(o =>
                        o is { Name: not null, Mask: not null }
                        && things.Contains(o.Name)
                        && o.Mask.Area >= LeastArea
                        && CutOut.IsWhole(o.Mask)
                    ),
            ];
            RgbImage? photo = whole.Length == 0 ? null : ImageFile.Load(photos.ImagePath(i));
            foreach (PhotoObject item in whole.Where(item => counts.GetValueOrDefault(item.Name!) < most))
            {
                if (photo!.Width != item.Mask!.Width || photo.Height != item.Mask.Height)
                {
                    throw new OmgLlavaException(
                        $"'{photos.ImagePath(i)}' has {photo.Width} x {photo.Height} pixels, but its labels {item.Mask.Width} "
                            + $"x {item.Mask.Height}."
                    );
                }

                using SKBitmap bitmap = CutOut.Of(photo, item.Mask);
                if (Sprite.Cut(bitmap) is { } sprite)
                {
                    int number = counts[item.Name!] = counts.GetValueOrDefault(item.Name!) + 1;
                    string file = FormattableString.Invariant($"{item.Name!.Replace(' ', '-')}-{number:D4}.png");
                    using SKBitmap cut = sprite.ToBitmap();
                    using SKData data = cut.Encode(SKEncodedImageFormat.Png, 100);
                    OutputFile.Write(Path.Combine(directory, file), stream => data.SaveTo(stream));
                    drawings.Add(new PackDrawing(file, item.Name!));
                }
            }
        }

        if (drawings.Count == 0)
        {
            throw new OmgLlavaException("These photographs show no whole thing with a mask that could be cut out.");
        }

        PackCategory[] own =
        [
            .. counts
                .Keys.Order(StringComparer.Ordinal)
                .Where(kind => WorldVocabulary.Default.Find(kind) is null)
                .Select(kind => new PackCategory(kind, null, null, Size: 3, Place: null, Paintable: null, Breakable: null)),
        ];
        byte[] description = ArtPack.Describe(new PackFile(name, credits, drawings, own.Length == 0 ? null : own));
        OutputFile.Write(Path.Combine(directory, ArtPack.FileName), stream => stream.Write(description));
        return drawings.Count;
    }
}
