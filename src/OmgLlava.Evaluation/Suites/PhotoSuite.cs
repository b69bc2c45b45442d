using OmgLlava.Data;
using OmgLlava.Data.Coco;
using OmgLlava.Data.Photos;
using OmgLlava.Data.Referring;
using OmgLlava.Data.Templates;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Tasks;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Suites;

/// <summary>
/// What a small model knows of photographs: a folder with any of <c>voc</c>, <c>coco128</c>, <c>davis</c> and <c>caltech101</c>,
/// as <c>recipes/nano/fetch-photos.sh</c> lays them out. Only photographs that training holds back are asked about.
/// </summary>
internal static class PhotoSuite
{
    private const string Held = "val";
    private const int Every = 5;
    private const int EveryOfCoco = 2; // there are only a hundred

    private static readonly string[] Animate = ["cat", "dog", "horse", "cow", "sheep", "person"];

    /// <exception cref="OmgLlavaException">Nothing is there, or something is broken.</exception>
    public static IReadOnlyList<EvaluationTask> Open(SuiteData data)
    {
        var tasks = new List<EvaluationTask>();
        string part = data.Split ?? Held;
        if (Find(data, "voc") is { } voc)
        {
            var photos = new VocPhotos(voc, part);
            IReadOnlyList<NamedObject> things = Things(photos, Animate);
            tasks.AddRange(Interactive("voc", things));
            tasks.Add(new PhotoSemanticTask(photos, Animate));
            tasks.Add(new ReferringTask("voc-referring", Referring(photos), Largest(things)));
            tasks.Add(new ExactTask("voc-name-in-box", ExactQuestion.Names(Things(photos, null), PromptKind.Box)));
        }

        if (Find(data, "coco128") is { } coco)
        {
            var photos = new CocoPanopticPhotos(
                Path.Combine(coco, "panoptic.json"),
                Path.Combine(coco, "panoptic"),
                Path.Combine(coco, "images"),
                part,
                EveryOfCoco
            );
            tasks.AddRange(Interactive("coco128", Things(photos, [.. photos.Classes.Where(c => c.IsThing).Select(c => c.Name)])));
        }

        if (Find(data, "davis") is { } davis)
        {
            tasks.AddRange(Interactive("davis", Things(new DavisPhotos(davis, part, Every), null)));
        }

        if (Find(data, "caltech101") is { } caltech)
        {
            tasks.Add(new ExactTask("caltech101-name", Whole(new ClassFolderPhotos(caltech, part, Every))));
        }

        return tasks.Count > 0
            ? tasks
            : throw new OmgLlavaException($"The folder '{data.Folder}' has none of voc, coco128, davis and caltech101.");
    }

    private static string? Find(SuiteData data, string name) =>
        Path.Combine(data.Folder, name) is var path && Directory.Exists(path) ? path : null;

    private static IEnumerable<InteractiveTask> Interactive(string name, IReadOnlyList<NamedObject> things)
    {
        Func<string, Mask?> largest = Largest(things);
        return [new InteractiveTask(things, box: true, largest, name), new InteractiveTask(things, box: false, largest, name)];
    }

    /// <summary>The things that have pixels, of all classes where none are named.</summary>
    private static NamedObject[] Things(IPhotoSet photos, string[]? classes) =>
        [
            .. Enumerable
                .Range(0, photos.Count)
                .SelectMany(i =>
                    photos
                        .Read(i)
                        .Objects.Index()
                        .Where(o => o.Item.Mask is { IsEmpty: false } && (classes is null || classes.Contains(o.Item.Name)))
                        .Select(o => new NamedObject(
                            $"{i}.{o.Index}",
                            photos.ImagePath(i),
                            o.Item.Name ?? "",
                            EncodedMask.Of(o.Item.Mask!)
                        ))
                ),
        ];

    /// <summary>For each photograph one class that is there once, and one that is not there.</summary>
    private static ReferringExpression[] Referring(VocPhotos photos) =>
        [
            .. Enumerable
                .Range(0, photos.Count)
                .SelectMany(i =>
                {
                    byte[] labels = photos.ReadClasses(i, out int width, out int height);
                    PhotoLabels known = photos.Read(i);
                    PhotoObject[] single =
                    [
                        .. known.Objects.Where(o =>
                            Animate.Contains(o.Name) && known.Objects.Count(other => other.Name == o.Name) == 1
                        ),
                    ];
                    string[] absent =
                    [
                        .. Animate.Where(name =>
                            !labels.Contains((byte)(1 + known.Complete.TakeWhile(other => other != name).Count()))
                        ),
                    ];
                    return single
                        .Take(1)
                        .Select(o => Expression($"{i}", o.Name!, EncodedMask.Of(o.Mask!), false))
                        .Concat(
                            absent
                                .Skip(i % Math.Max(1, absent.Length))
                                .Take(1)
                                .Select(name => Expression($"{i}.absent", name, EncodedMask.Nothing(width, height), true))
                        );

                    ReferringExpression Expression(string id, string name, EncodedMask target, bool nothing) =>
                        new(id, photos.ImagePath(i), $"the {name}", Held, target, nothing);
                }),
        ];

    /// <summary>What a photograph shows, asked with a box around all of it.</summary>
    private static ExactQuestion[] Whole(ClassFolderPhotos photos) =>
        [
            .. Enumerable
                .Range(0, photos.Count)
                .Select(i => new ExactQuestion(
                    $"{i}",
                    "",
                    photos.ImagePath(i),
                    NameTemplate.Ask("<region>"),
                    photos.Read(i).Objects[0].Name!,
                    () =>
                    {
                        (int width, int height) = ImageFile.ReadSize(photos.ImagePath(i));
                        return [VisualPrompt.Box(0, 0, width, height)];
                    }
                )),
        ];

    private static Func<string, Mask?> Largest(IReadOnlyList<NamedObject> things)
    {
        var largest = things
            .GroupBy(thing => thing.ImagePath)
            .ToDictionary(image => image.Key, image => image.MaxBy(thing => thing.Region.Area)!.Region);
        return image => largest.TryGetValue(image, out EncodedMask? region) ? region.ToMask() : null;
    }
}
