using System.Text;
using OmgLlava.Imaging;
using OmgLlava.Json;
using SkiaSharp;

namespace OmgLlava.Fuzz.Targets;

/// <summary>Pictures, masks and run lengths.</summary>
internal static class PictureTargets
{
    private static readonly ImageLimits Limits = new() { MaxPixels = 1_000_000 };

    public static FuzzTarget Png =>
        Picture("png", 10, "IHDR IDAT IEND PLTE tRNS eXIf iCCP gAMA sRGB acTL fdAT", Encode(SKEncodedImageFormat.Png));

    public static FuzzTarget Jpeg => Picture("jpeg", 10, "JFIF Exif ICC_PROFILE Adobe", Encode(SKEncodedImageFormat.Jpeg));

    public static FuzzTarget Webp =>
        Picture("webp", 10, "RIFF WEBP VP8 VP8L VP8X ALPH EXIF ICCP ANIM", Encode(SKEncodedImageFormat.Webp));

    public static FuzzTarget GifAndBmp => Picture("gif-bmp", 6, "GIF87a GIF89a BM NETSCAPE2.0", () => [Gif, Bmp]);

    public static FuzzTarget MaskPicture =>
        new(
            "mask-picture",
            6,
            () =>
            {
                var scratch = new ScratchFile("mask.png");
                return new FuzzSubject(
                    [MaskFile.EncodePng(Circle(24, 17))],
                    Words("IHDR IDAT IEND PLTE tRNS"),
                    bytes => Use(MaskFile.Load(scratch.With(bytes)))
                );
            }
        );

    public static FuzzTarget MaskJson =>
        new(
            "mask-json",
            12,
            () =>
            {
                var scratch = new ScratchFile("mask.json");
                string counts = Circle(24, 17).ToRle().ToString().Replace("\\", "\\\\", StringComparison.Ordinal);
                byte[][] seeds =
                [
                    Encoding.UTF8.GetBytes($$"""{"size": [17, 24], "counts": "{{counts}}"}"""),
                    """{"size": [4, 6], "counts": [5, 3, 8, 8]}"""u8.ToArray(),
                ];
                return new FuzzSubject(
                    seeds,
                    Words(
                        "size counts segmentation annotations grounding mask bbox null true [] {} [[0,0,5,0,5,5]] -1 4294967295"
                    ),
                    bytes => Use(MaskFile.Load(scratch.With(bytes)))
                );
            }
        );

    public static FuzzTarget RunLengths =>
        new(
            "rle",
            20,
            () =>
                new FuzzSubject(
                    [Encoding.ASCII.GetBytes("0123456"), Encoding.ASCII.GetBytes(Circle(24, 17).ToRle().ToString())],
                    Words("0 o oo P0 `1 \u007f"),
                    bytes =>
                    {
                        CocoRle rle = CocoRle.Parse(24, 17, Encoding.Latin1.GetString(bytes));
                        CocoRle again = CocoRle.Parse(24, 17, rle.ToString());
                        if (!again.Runs.SequenceEqual(rle.Runs))
                        {
                            throw new InvalidOperationException("The run lengths do not survive being written and read.");
                        }

                        Use(Mask.FromRle(rle));
                    }
                )
        );

    public static IReadOnlyList<byte[]> Words(string words) => [.. words.Split(' ').Select(Encoding.Latin1.GetBytes)];

    private static FuzzTarget Picture(string name, int weight, string words, Func<IReadOnlyList<byte[]>> seeds) =>
        new(name, weight, () => new FuzzSubject(seeds(), Words(words), bytes => Use(ImageFile.Decode(bytes, "picture", Limits))));

    private static Func<IReadOnlyList<byte[]>> Encode(SKEncodedImageFormat format) =>
        () =>
        {
            using var bitmap = new SKBitmap(new SKImageInfo(21, 13, SKColorType.Rgba8888, SKAlphaType.Unpremul));
            for (int i = 0; i < 21 * 13; i++)
            {
                bitmap.SetPixel(
                    i % 21,
                    i / 21,
                    new SKColor((byte)(i * 7), (byte)(i * 3), (byte)i, (byte)(i % 5 == 0 ? 100 : 255))
                );
            }

            using var grey = new SKBitmap(new SKImageInfo(9, 9, SKColorType.Gray8, SKAlphaType.Opaque));
            return [bitmap.Encode(format, 90).ToArray(), grey.Encode(format, 40).ToArray()];
        };

    /// <summary>One pixel, by hand: SkiaSharp writes no GIF.</summary>
    private static byte[] Gif =>
        [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];

    /// <summary>Two by two pixels of 24 bits.</summary>
    private static byte[] Bmp =>
        [
            .. "BM"u8,
            70,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            54,
            0,
            0,
            0,
            40,
            0,
            0,
            0,
            2,
            0,
            0,
            0,
            2,
            0,
            0,
            0,
            1,
            0,
            24,
            0,
            0,
            0,
            0,
            0,
            16,
            0,
            0,
            0,
            19,
            11,
            0,
            0,
            19,
            11,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            255,
            0,
            0,
            0,
            255,
            0,
            0,
            0,
            0,
            0,
            255,
            255,
            255,
            255,
            0,
            0,
        ];

    private static Mask Circle(int width, int height)
    {
        bool[] inside = new bool[width * height];
        for (int i = 0; i < inside.Length; i++)
        {
            (int x, int y) = ((i % width) - (width / 2), (i / width) - (height / 2));
            inside[i] = (x * x) + (y * y) < 40;
        }

        return new Mask(width, height, inside);
    }

    private static void Use(RgbImage image)
    {
        if (image.Pixels.Length != 3 * image.Width * image.Height)
        {
            throw new InvalidOperationException("The picture has another size than it says.");
        }
    }

    private static void Use(Mask mask)
    {
        if (mask.Area < 0 || mask.Area > (long)mask.Width * mask.Height)
        {
            throw new InvalidOperationException("The mask is larger than its picture.");
        }
    }
}
