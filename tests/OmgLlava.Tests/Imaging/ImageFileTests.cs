using OmgLlava.Imaging;
using SkiaSharp;

namespace OmgLlava.Tests.Imaging;

public class ImageFileTests
{
    public static TheoryData<string> Formats => ["png", "jpeg", "webp", "bmp"];

    [Theory, MemberData(nameof(Formats))]
    public void Every_format_gives_the_same_picture(string format)
    {
        RgbImage expected = TestPictures.Quarters();
        RgbImage image = ImageFile.Decode(Encode(expected, format), format);
        Assert.Equal((32, 24), (image.Width, image.Height));
        int tolerance = format is "png" or "bmp" ? 0 : 12;
        Assert.All(
            Corners(image).Zip(Corners(expected)),
            pair => Assert.True(Distance(pair.First, pair.Second) <= tolerance, $"{pair}")
        );
    }

    [Fact]
    public void Of_a_gif_the_first_frame_is_read() =>
        Assert.Equal(
            [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0],
            ImageFile.Decode(TestPictures.TwoFrameGif(), "two.gif").Pixels.ToArray()
        );

    // Where the red quarter, at the top left of the stored pixels, belongs when the picture is shown.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    [InlineData(7, 3)]
    [InlineData(8, 2)]
    public void Orientation_of_a_camera_is_applied(int orientation, int corner)
    {
        byte[] jpeg = TestPictures.WithOrientation(Encode(TestPictures.Quarters(), "jpeg"), orientation);
        RgbImage image = ImageFile.Decode(jpeg, "camera.jpg");
        Assert.Equal(orientation >= 5 ? (24, 32) : (32, 24), (image.Width, image.Height));
        Assert.True(Distance(Corners(image)[corner], (255, 0, 0)) < 12, string.Join(' ', Corners(image)));
    }

    /// <summary>A chunk whose length is past the end of the file, of any file.</summary>
    [Theory, InlineData(0x7FFFFFFFu), InlineData(0xFFFFFFFFu), InlineData(0x10000u)]
    public void A_chunk_that_claims_more_than_the_file_has_ends_the_search_for_the_orientation(uint length)
    {
        byte[] png = Encode(TestPictures.Quarters(), "png");
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(33), length); // of the chunk after the head
        Assert.Equal(SkiaSharp.SKEncodedOrigin.TopLeft, PngOrientation.Read(new MemoryStream(png)));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(6, 1)]
    [InlineData(8, 2)]
    public void Orientation_in_a_png_is_applied(int orientation, int corner)
    {
        byte[] png = Encode(TestPictures.Quarters(), "png");
        byte[] exif =
        [
            .. "eXIf"u8,
            .. "MM"u8,
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte)orientation,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        uint sum = Crc(exif);
        byte[] turned =
        [
            .. png[..33],
            0,
            0,
            0,
            26,
            .. exif,
            (byte)(sum >> 24),
            (byte)(sum >> 16),
            (byte)(sum >> 8),
            (byte)sum,
            .. png[33..],
        ];
        RgbImage image = ImageFile.Decode(turned, "turned.png");
        Assert.Equal(orientation >= 5 ? (24, 32) : (32, 24), (image.Width, image.Height));
        Assert.Equal((255, 0, 0), Corners(image)[corner]);
        using var folder = new TemporaryFolder();
        Assert.Equal((image.Width, image.Height), ImageFile.ReadSize(folder.Write("turned.png", turned)));
    }

    [Fact]
    public void Colours_are_those_that_a_viewer_shows()
    {
        using SKColorSpace wide = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        using var bitmap = new SKBitmap(new SKImageInfo(1, 1, SKColorType.Rgba8888, SKAlphaType.Opaque, wide));
        bitmap.GetPixelSpan()[0] = 200;
        bitmap.GetPixelSpan()[1] = 100;
        bitmap.GetPixelSpan()[2] = 100;
        bitmap.GetPixelSpan()[3] = 255;
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        byte[] shown = ImageFile.Decode(data.ToArray(), "wide.png").Pixels.ToArray();
        Assert.True(shown[0] > 205 && shown[1] < 100, $"{shown[0]}, {shown[1]}, {shown[2]}"); // the same red needs more of sRGB's
        using var folder = new TemporaryFolder();
        Assert.Equal(
            [200, 100, 100],
            ImageFile.LoadExact(folder.Write("wide.png", data.ToArray()), ImageLimits.Default).Pixels.ToArray()
        );
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    [Fact]
    public void Alpha_is_flattened_onto_white()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(200, 0, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(200, 0, 100, 128));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Assert.Equal([255, 255, 255, 227, 127, 177], ImageFile.Decode(data.ToArray(), "alpha.png").Pixels.ToArray());
    }

    [Fact]
    public void A_written_picture_reads_back_and_leaves_nothing_else()
    {
        using var folder = new TemporaryFolder();
        ImageFile.SavePng(TestPictures.Quarters(), folder["a.png"]);
        Assert.Equal(TestPictures.Quarters().Pixels.ToArray(), ImageFile.Load(folder["a.png"]).Pixels.ToArray());
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void What_cannot_be_read_is_named_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        byte[] png = Encode(TestPictures.Quarters(300, 200), "png");
        Refused(folder["none.png"], "does not exist");
        Refused(folder.Path, "it is a folder");
        Refused(
            folder.Write("text.png", "not a picture at all, but some text"u8.ToArray()),
            "is not a PNG, JPEG, WebP, BMP or GIF image"
        );
        Refused(folder.Write("empty.png", []), "is empty");
        Refused(folder.Write("cut.png", png[..(png.Length / 2)]), "is cut off; it cannot be read completely");
        Refused(
            folder.Write("huge.png", TestPictures.PngHeader(60000, 60000)),
            "60000 x 60000 pixels; the limit is 100 megapixels"
        );
        Refused(folder.Write("long.png", TestPictures.PngHeader(90000, 1000)), "the limit is 16384 pixels a side");
        Refused(folder.Write("strip.png", TestPictures.PngHeader(9000, 3)), "too narrow");
    }

    [Theory]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "is a HEIC picture")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0", "is a HEIC picture")]
    [InlineData("\0\0\0\u001cftypavif\0\0\0\0", "is an AVIF picture")]
    [InlineData("\0\0\0\u001cftypisom\0\0\0\0", "is a video")]
    [InlineData("II*\0\x08\0\0\0", "is a TIFF picture")]
    [InlineData("\u00ff\n\0\0", "is a JPEG XL picture")]
    [InlineData("P6 2 2 255\n", "is a Netpbm picture")]
    [InlineData("%PDF-1.4", "is a PDF document")]
    [InlineData("<?xml version='1.0'?><svg></svg>", "is a drawing of lines (SVG)")]
    [InlineData("\n<!DOCTYPE html><html></html>", "is a web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0", "is a Git LFS pointer")]
    [InlineData("\u0089PNG\r\n\u001a\n\0\0", "begins like a PNG picture")]
    [InlineData("x", "is not a PNG, JPEG, WebP, BMP or GIF image")]
    public void What_is_in_place_of_a_picture_is_named(string content, string reason)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.png", System.Text.Encoding.Latin1.GetBytes(content));
        Refused(path, reason);
        Assert.Contains(
            reason,
            Assert.Throws<OmgLlavaException>(() => ImageFile.ReadSize(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_claimed_size_takes_no_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<OmgLlavaException>(() =>
            ImageFile.Decode(TestPictures.PngHeader(9999, 9999), "claim.png", new ImageLimits { MaxPixels = 1000 })
        );
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Theory, MemberData(nameof(Formats))]
    public void Damaged_files_are_read_or_refused_but_never_break(string format)
    {
        byte[] whole = Encode(TestPictures.Quarters(), format);
        var random = new Random(7);
        var limits = new ImageLimits { MaxPixels = 1_000_000 };
        for (int round = 0; round < 300; round++)
        {
            byte[] file = round % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int i = random.Next(1, 6); i > 0 && file.Length > 0; i--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                ImageFile.Decode(file, "fuzz", limits);
            }
            catch (OmgLlavaException)
            {
                // One clear sentence is what damage may lead to.
            }
        }
    }

    private static void Refused(string path, string reason)
    {
        var error = Assert.Throws<OmgLlavaException>(() => ImageFile.Load(path));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Encode(RgbImage image, string format) =>
        format switch
        {
            "bmp" => TestPictures.Bmp(image),
            _ => TestPictures.Encode(image, Enum.Parse<SKEncodedImageFormat>(format, ignoreCase: true)),
        };

    /// <summary>Colours near the corners: top left, top right, bottom left, bottom right.</summary>
    private static (int R, int G, int B)[] Corners(RgbImage image) =>
        [
            At(image, 3, 3),
            At(image, image.Width - 4, 3),
            At(image, 3, image.Height - 4),
            At(image, image.Width - 4, image.Height - 4),
        ];

    private static (int R, int G, int B) At(RgbImage image, int x, int y)
    {
        int at = 3 * ((y * image.Width) + x);
        return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }

    private static int Distance((int R, int G, int B) a, (int R, int G, int B) b) =>
        Math.Max(Math.Abs(a.R - b.R), Math.Max(Math.Abs(a.G - b.G), Math.Abs(a.B - b.B)));
}
