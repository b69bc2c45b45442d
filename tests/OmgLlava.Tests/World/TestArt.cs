using OmgLlava.World;
using SkiaSharp;

namespace OmgLlava.Tests.World;

/// <summary>A small art pack of plain shapes, made anew for the tests.</summary>
public sealed class TestArt : IDisposable
{
    private static readonly (string Category, SKColor Color)[] Shapes =
    [
        ("cat", SKColors.Black),
        ("dog", new SKColor(140, 80, 30)),
        ("sheep", SKColors.White),
        ("chicken", new SKColor(240, 60, 40)),
        ("eagle", new SKColor(110, 60, 20)),
        ("fish", new SKColor(30, 110, 230)),
        ("bee", new SKColor(250, 210, 20)),
        ("tree", new SKColor(30, 160, 40)),
        ("apple", new SKColor(220, 20, 20)),
        ("banana", new SKColor(250, 220, 30)),
        ("lemon", new SKColor(250, 230, 40)),
        ("car", new SKColor(220, 30, 30)),
        ("bus", new SKColor(250, 200, 20)),
        ("ship", new SKColor(40, 90, 200)),
        ("key", new SKColor(240, 190, 20)),
        ("lock", new SKColor(250, 170, 20)),
        ("umbrella", new SKColor(140, 50, 200)),
        ("bed", new SKColor(40, 90, 220)),
        ("alarm clock", new SKColor(230, 30, 40)),
        ("guitar", new SKColor(200, 30, 20)),
        ("teapot", new SKColor(150, 150, 150)),
        ("cup of tea", SKColors.White),
        ("t-shirt", new SKColor(40, 100, 220)),
        ("house", new SKColor(150, 90, 40)),
        ("soccer ball", SKColors.White),
        ("present", new SKColor(240, 120, 180)),
    ];

    public TestArt()
    {
        string source = Path.Combine(Folder, "source");
        Directory.CreateDirectory(source);
        foreach ((string name, SKColor color) in Shapes)
        {
            ThingCategory category = WorldVocabulary.Default.Find(name)!;
            Draw(
                Path.Combine(source, $"{(name == "dog" ? category.Codes[0].ToUpperInvariant() : category.Codes[0])}.png"),
                color,
                category.Size
            );
        }

        Count = ArtPackBuilder.Build(source, Path.Combine(Folder, "shapes"), "shapes", "made for tests");
        Pack = ArtPack.Load(Path.Combine(Folder, "shapes"));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("omg-art").FullName;

    public int Count { get; }

    public ArtPack Pack { get; }

    public static int Expected => Shapes.Length;

    public SceneRenderer Renderer(long seed, WorldOptions? options = null) => new([Pack], seed, options);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Draw(string path, SKColor color, int size)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(120, 120, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.Clear(SKColors.Transparent);
        canvas.DrawRoundRect(new SKRect(10, 60 - (8 * size), 110, 60 + (8 * size)), 12, 12, paint);
        canvas.DrawCircle(60, 60, 12 + (7 * size), paint);
        canvas.Flush();
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }
}
