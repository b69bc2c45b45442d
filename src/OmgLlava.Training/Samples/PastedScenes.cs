using OmgLlava.Imaging;
using OmgLlava.World;
using SkiaSharp;

namespace OmgLlava.Training.Samples;

/// <summary>
/// Copy-paste augmentation (Ghiasi et al. 2021): whole things of one picture, drawn or photographed, are cut out and put into
/// another. What they cover is taken from the masks below. For perception only: nobody has words for what came together so.
/// </summary>
/// <param name="source">The pictures.</param>
/// <param name="share">The share of them that things are put into.</param>
/// <param name="seed">The same seed gives the same pictures.</param>
internal sealed class PastedScenes(ISceneSource source, double share, int seed) : ISceneSource
{
    private const int Part = 3000;
    private const int Most = 3;
    private const int FarthestDonor = 997;
    private const double LeastShare = 0.01; // of its picture, for a thing to be worth it
    private const double LeastLeft = 0.35; // of what is covered, for it to be still told apart
    private const byte HalfCovered = 128;

    public IReadOnlyList<string> ClassNames => source.ClassNames;

    public int Things => source.Things;

    public IReadOnlyList<IReadOnlyList<string>> Words => source.Words;

    public long Count => source.Count;

    public TrainingScene Scene(long number)
    {
        TrainingScene scene = source.Scene(number);
        SceneRandom random = SceneRandom.For(seed, number, Part);
        if (!random.Chance(share) || scene.Picture is not { } picture || scene.Objects.Any(o => !o.HasMask))
        {
            return scene;
        }

        TrainingScene donor = source.Scene((number + 1 + random.Below(FarthestDonor)) % source.Count);
        SceneObject[] things =
        [
            .. random
                .Shuffle(donor.Objects.Where(o => IsWhole(o, donor.Picture)))
                .Take(1 + random.Below(Most)),
        ];
        byte[] pixels = picture.Pixels.ToArray();
        var masks = scene.Objects.Select(o => (Object: o, Pixels: o.Mask.Pixels.ToArray(), Before: o.Mask.Area)).ToList();
        bool[] ignored = scene.Ignored?.Pixels.ToArray() ?? new bool[picture.Width * picture.Height];
        foreach (SceneObject thing in things)
        {
            using SKBitmap cut = CutOut.Of(donor.Picture!, thing.Mask);
            if (Sprite.Cut(cut) is not { } sprite)
            {
                continue;
            }

            bool[] covered = Blend(pixels, Draw(sprite, picture.Width, picture.Height, random));
            foreach (bool[] below in masks.Select(mask => mask.Pixels).Append(ignored))
            {
                for (int i = 0; i < covered.Length; i++)
                {
                    below[i] &= !covered[i];
                }
            }

            masks.Add((thing, covered, covered.LongCount(inside => inside)));
        }

        var objects = new List<SceneObject>();
        foreach ((SceneObject item, bool[] inside, long before) in masks)
        {
            var mask = new Mask(picture.Width, picture.Height, inside);
            if (mask.Area > 0 && mask.Area >= LeastLeft * before)
            {
                objects.Add(item with { Mask = mask });
            }
            else
            {
                for (int i = 0; i < ignored.Length; i++)
                {
                    ignored[i] |= inside[i];
                }
            }
        }

        return scene with
        {
            Picture = new RgbImage(picture.Width, picture.Height, pixels),
            Objects = objects,
            Ignored = ignored.Contains(true) ? new Mask(picture.Width, picture.Height, ignored) : null,
            Dialogue = () => [],
        };
    }

    public (string Question, string Answer) Text(long number) => source.Text(number);

    private bool IsWhole(SceneObject item, RgbImage? picture) =>
        picture is not null
        && item.HasMask
        && (item.Class == SceneObject.UnknownClass || item.Class < Things)
        && item.Mask.Area >= LeastShare * picture.Width * picture.Height
        && CutOut.IsWhole(item.Mask);

    /// <summary>A sprite somewhere in a picture of this size: RGBA, colour multiplied with alpha.</summary>
    private static byte[] Draw(Sprite sprite, int width, int height, SceneRandom random)
    {
        using var layer = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(layer);
        using SKBitmap bitmap = sprite.ToBitmap();
        using SKImage image = SKImage.FromBitmap(bitmap);
        double side = Math.Min(width, height) * random.Range(0.15, 0.6);
        float scale = (float)(side / Math.Max(sprite.Width, sprite.Height));
        canvas.Clear(SKColors.Transparent);
        canvas.Translate((float)(random.Range(0.1, 0.9) * width), (float)(random.Range(0.1, 0.9) * height));
        canvas.RotateDegrees((float)random.Range(-12, 12));
        canvas.Scale(random.Chance(0.5) ? -scale : scale, scale);
        canvas.DrawImage(
            image,
            -sprite.Width / 2f,
            -sprite.Height / 2f,
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        canvas.Flush();
        return layer.GetPixelSpan().ToArray();
    }

    /// <summary>Lays a layer over a picture.</summary>
    /// <returns>The pixels of which it covers at least half.</returns>
    private static bool[] Blend(byte[] pixels, byte[] layer)
    {
        bool[] covered = new bool[layer.Length / 4];
        for (int i = 0; i < covered.Length; i++)
        {
            byte alpha = layer[(4 * i) + 3];
            covered[i] = alpha >= HalfCovered;
            for (int c = 0; c < 3 && alpha > 0; c++)
            {
                pixels[(3 * i) + c] = (byte)Math.Min(255, layer[(4 * i) + c] + (pixels[(3 * i) + c] * (255 - alpha) / 255));
            }
        }

        return covered;
    }
}
