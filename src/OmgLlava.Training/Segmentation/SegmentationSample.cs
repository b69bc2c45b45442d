using OmgLlava.Imaging;
using OmgLlava.Training.Samples;
using OmgLlava.World;

namespace OmgLlava.Training.Segmentation;

/// <summary>A picture in the form that the segmentation stage computes with.</summary>
/// <param name="Pixels">(3, S, S), normalised.</param>
/// <param name="Classes">The class of each object.</param>
/// <param name="Conditions">The state of each object; null where it is not known.</param>
/// <param name="Masks">Each (S, S), true inside.</param>
/// <param name="Asked">The object of each prompt.</param>
/// <param name="Points">(N, 2): x, y of each prompt in pixels of the model's input.</param>
/// <param name="Boxes">(N, 4): where each prompt may look, relative to the input.</param>
internal sealed record SegmentationSample(
    float[] Pixels,
    int[] Classes,
    ThingCondition?[] Conditions,
    bool[][] Masks,
    int[] Asked,
    float[] Points,
    float[] Boxes
)
{
    /// <summary>How many of the objects, the first ones, are known by class and mask.</summary>
    public required int Matched { get; init; }

    /// <summary>Whether the mask of each object is known.</summary>
    public required bool[] HasMask { get; init; }

    /// <summary>(S, S), true where nothing can be said; null for nowhere.</summary>
    public bool[]? Ignored { get; init; }

    /// <summary>Classes of which nothing is there beside the objects; null for all.</summary>
    public IReadOnlyList<int>? Complete { get; init; }

    /// <summary>Cells of the model's input that an object needs to be learnt; less cannot be seen.</summary>
    private const long LeastArea = 16;

    /// <summary>How far each side of a box may be off, as a share of its length: people do not draw exactly.</summary>
    private const double BoxJitter = 0.08;

    /// <summary>Makes a sample, with prompts at random objects, points and boxes in turn.</summary>
    public static SegmentationSample Create(TrainingScene scene, ImageTransform transform, int prompts, Random random)
    {
        RgbImage picture = scene.Picture ?? throw new OmgLlavaException($"'{scene.Id}' has no picture.");
        ImageGeometry geometry = transform.Geometry(picture.Width, picture.Height);
        SceneObject[] objects =
        [
            .. scene
                .Objects.Select(o => o with { Mask = geometry.ToModel(o.Mask) })
                .Where(o => o.Mask.Area >= LeastArea)
                .OrderBy(o => !IsWhole(o)),
        ];
        int[] asked = objects.Length == 0 ? [] : [.. Enumerable.Range(0, prompts).Select(_ => random.Next(objects.Length))];
        var points = new List<float>();
        var boxes = new List<float>();
        foreach ((int i, int target) in asked.Index())
        {
            Mask mask = objects[target].Mask;
            if (IsPoint(i) && objects[target].HasMask)
            {
                PixelPoint point = Inside(mask, random);
                points.AddRange([point.X, point.Y]);
                boxes.AddRange([0, 0, 1, 1]);
            }
            else
            {
                PixelBox box = Jitter(mask.Box!.Value, transform.Size, random);
                points.AddRange([box.Center.X, box.Center.Y]);
                boxes.AddRange([
                    box.X0 / transform.Size,
                    box.Y0 / transform.Size,
                    box.X1 / transform.Size,
                    box.Y1 / transform.Size,
                ]);
            }
        }

        return new SegmentationSample(
            transform.Apply(picture),
            [.. objects.Select(o => o.Class)],
            [.. objects.Select(o => o.Condition)],
            [.. objects.Select(o => o.Mask.Pixels.ToArray())],
            asked,
            [.. points],
            [.. boxes]
        )
        {
            Matched = objects.Count(IsWhole),
            HasMask = [.. objects.Select(o => o.HasMask)],
            Ignored = scene.Ignored is null ? null : geometry.ToModel(scene.Ignored).Pixels.ToArray(),
            Complete = scene.Complete,
        };
    }

    private static bool IsWhole(SceneObject item) => item.HasMask && item.Class != SceneObject.UnknownClass;

    /// <summary>Whether a prompt, by its place, is a point; the others are boxes.</summary>
    internal static bool IsPoint(int prompt) => prompt % 2 == 0;

    /// <summary>A random pixel of a mask that is not empty.</summary>
    internal static PixelPoint Inside(Mask mask, Random random)
    {
        long wanted = random.NextInt64(mask.Area);
        ReadOnlySpan<bool> pixels = mask.Pixels;
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] && wanted-- == 0)
            {
                return new PixelPoint(i % mask.Width, i / mask.Width);
            }
        }

        throw new ArgumentException("The mask is empty.", nameof(mask));
    }

    internal static PixelBox Jitter(PixelBox box, int side, Random random)
    {
        float x0 = Move(box.X0, box.Width);
        float y0 = Move(box.Y0, box.Height);
        return new PixelBox(x0, y0, Math.Max(Move(box.X1, box.Width), x0 + 1), Math.Max(Move(box.Y1, box.Height), y0 + 1));

        float Move(float value, float length) =>
            (float)Math.Clamp(value + (length * BoxJitter * ((2 * random.NextDouble()) - 1)), 0, side);
    }
}
