using OmgLlava.Data.Captions;
using OmgLlava.Data.Coco;
using OmgLlava.Data.Dialogues;
using OmgLlava.Data.Referring;
using OmgLlava.Data.Regions;
using OmgLlava.Data.Templates;

namespace OmgLlava.Data;

/// <summary>
/// A folder with pictures and annotations of one's own, in published layouts. Every file but the pictures may be missing:
/// <c>images/</c>; <c>panoptic.json</c> with <c>panoptic/</c> (COCO panoptic); <c>instances.json</c> (COCO instances);
/// <c>referring.json</c> and <c>reasoning.json</c> (gRefCOCO, their annotation ids are those of <c>instances.json</c>);
/// <c>captions.json</c> (GranD-f); <c>regions.json</c> (Osprey descriptions); <c>points.json</c> (MDPV points);
/// <c>conversations.json</c> (LLaVA). Everything is checked when the folder is opened; masks and texts are read when they are
/// needed.
/// </summary>
public sealed class DataFolder
{
    private static readonly string[] Known =
    [
        "panoptic.json",
        "instances.json",
        "referring.json",
        "reasoning.json",
        "captions.json",
        "regions.json",
        "points.json",
        "conversations.json",
    ];

    private DataFolder(string directory, string? split)
    {
        Directory = DataFiles.Folder(directory);
        RequireSpelling();
        string images = DataFiles.Folder(Path.Combine(directory, "images"));
        Panoptic = Read("panoptic.json", path => CocoPanopticSet.Open(path, Path.Combine(directory, "panoptic"), images));
        Instances = Read("instances.json", CocoInstances.Open);
        if (Instances is not null)
        {
            Instances.CheckImages(images);
            Instances.CheckRegions();
        }

        Objects = Instances is null ? [] : NamedObject.Of(Instances, images);
        Referring =
            Read("referring.json", path => GeneralizedReferring.Open(path, RequireInstances(path), images, own: true)) ?? [];
        Reasoning =
            Read("reasoning.json", path => GeneralizedReferring.Open(path, RequireInstances(path), images, own: true)) ?? [];
        Captions = Read("captions.json", path => GranDf.Open(path, images)) ?? [];
        Regions = Read("regions.json", path => OspreyDescriptions.Open(path, images)) ?? [];
        Points = Read("points.json", path => PointQuestions.Open(path, images)) ?? [];
        Conversations = Read("conversations.json", path => LlavaInstructions.Open(path, images, own: true)) ?? [];
        if (Panoptic is null && Kinds.Count == 0)
        {
            throw new OmgLlavaException(
                $"The folder '{directory}' holds no annotations: none of {string.Join(", ", Known)}, or all empty."
            );
        }

        Splits =
        [
            .. Referring
                .Concat(Reasoning)
                .Select(expression => expression.Split)
                .Where(name => name.Length > 0)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (split is not null)
        {
            Func<string?, bool> inSplit = Pictures(split);
            Panoptic = Panoptic?.Where(sample => inSplit(sample.ImagePath));
            Objects = Part(Objects, thing => inSplit(thing.ImagePath));
            Referring = Part(
                Referring,
                expression => expression.Split.Length == 0 ? inSplit(expression.ImagePath) : expression.Split == split
            );
            Reasoning = Part(
                Reasoning,
                expression => expression.Split.Length == 0 ? inSplit(expression.ImagePath) : expression.Split == split
            );
            Captions = Part(Captions, caption => inSplit(caption.ImagePath));
            Regions = Part(Regions, image => inSplit(image.ImagePath));
            Points = Part(Points, conversation => inSplit(conversation.ImagePath));
            Conversations = Part(Conversations, conversation => inSplit(conversation.ImagePath));
        }
    }

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>The splits that the expressions name.</summary>
    public IReadOnlyList<string> Splits { get; }

    /// <summary>Panoptic annotations; null where there are none.</summary>
    public CocoPanopticSet? Panoptic { get; }

    /// <summary>Objects as they stand in <c>instances.json</c>; null where there are none.</summary>
    public CocoInstances? Instances { get; }

    /// <summary>The things of <c>instances.json</c> by name.</summary>
    public IReadOnlyList<NamedObject> Objects { get; }

    /// <summary>Expressions that need looking.</summary>
    public IReadOnlyList<ReferringExpression> Referring { get; }

    /// <summary>Expressions that need thinking.</summary>
    public IReadOnlyList<ReferringExpression> Reasoning { get; }

    /// <summary>Descriptions with masks.</summary>
    public IReadOnlyList<GroundedCaption> Captions { get; }

    /// <summary>Descriptions of regions, picture by picture.</summary>
    public IReadOnlyList<DescribedImage> Regions { get; }

    /// <summary>Questions about points.</summary>
    public IReadOnlyList<Conversation> Points { get; }

    /// <summary>Questions about pictures. The part of an id before a slash names the kind of question, such as
    /// <c>exists/17</c>.</summary>
    public IReadOnlyList<Conversation> Conversations { get; }

    /// <summary>The kinds of conversations that the folder holds.</summary>
    public IReadOnlyList<DataKind> Kinds => [.. Enum.GetValues<DataKind>().Where(kind => Count(kind) > 0)];

    /// <summary>Opens a folder and checks all that it finds.</summary>
    /// <exception cref="OmgLlavaException">The folder is missing or empty, or a record is broken or its picture missing; the
    /// message names file, record and line.</exception>
    /// <param name="directory">The folder.</param>
    /// <param name="split">
    /// The only part to take; null for all. A picture is in the splits that its expressions name, and one of which nothing is
    /// named is in all.
    /// </param>
    public static DataFolder Open(string directory, string? split = null) => new(directory, split);

    /// <summary>Conversations of one kind, for training; each is made when it is asked for.</summary>
    /// <param name="kind">What about.</param>
    /// <param name="options">How to put it into words.</param>
    /// <returns>Empty where the folder holds none.</returns>
    public IReadOnlyList<Conversation> ConversationsOf(DataKind kind, TemplateOptions? options = null) =>
        kind switch
        {
            DataKind.Referring => ConversationBuilder.Of(Referring, options),
            DataKind.Reasoning => ConversationBuilder.Of(Reasoning, options),
            DataKind.Captions => ConversationBuilder.Of(Captions, options),
            DataKind.Regions => ConversationBuilder.Of(Regions, options),
            DataKind.Names => ConversationBuilder.Of(Objects, options),
            DataKind.Points => Points,
            DataKind.Conversations => Conversations,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    /// <summary>How much there is of each kind, for people.</summary>
    public IReadOnlyList<string> Summary() =>
        [
            .. Panoptic is { } panoptic ? (string[])[$"panoptic: {panoptic.Samples.Count} pictures"] : [],
            .. Kinds.Select(kind => $"{kind.ToString().ToLowerInvariant()}: {Count(kind)}"),
            .. Splits.Count > 0 ? (string[])[$"splits: {string.Join(", ", Splits)}"] : [],
        ];

    private static RecordList<T> Part<T>(IReadOnlyList<T> all, Func<T, bool> keep)
    {
        int[] kept = [.. Enumerable.Range(0, all.Count).Where(i => keep(all[i]))];
        return new RecordList<T>(kept.Length, i => all[kept[i]]);
    }

    /// <summary>Whether a picture belongs to a split.</summary>
    private Func<string?, bool> Pictures(string split)
    {
        if (!Splits.Contains(split))
        {
            throw new OmgLlavaException(
                Splits.Count == 0
                    ? $"'{Directory}' names no splits, so there is none called '{split}'."
                    : $"'{Directory}' has no split '{split}'; there are {string.Join(", ", Splits)}."
            );
        }

        ILookup<string, string> named = Referring
            .Concat(Reasoning)
            .Where(expression => expression.Split.Length > 0)
            .ToLookup(expression => Path.GetFullPath(expression.ImagePath), expression => expression.Split);
        return image =>
            image is null || !named.Contains(Path.GetFullPath(image)) || named[Path.GetFullPath(image)].Contains(split);
    }

    /// <summary>A file whose name is nearly right is not read, which would go unnoticed.</summary>
    private void RequireSpelling()
    {
        foreach (
            string name in System
                .IO.Directory.EnumerateFiles(Directory, "*.json")
                .Select(path => Path.GetFileName(path))
                .Except(Known)
        )
        {
            if (Array.Find(Known, known => Distance(name, known) <= 2) is { } meant)
            {
                throw new OmgLlavaException($"'{Path.Combine(Directory, name)}' would not be read; did you mean '{meant}'?");
            }
        }
    }

    /// <summary>The letters to change, add or leave out between two words.</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            (int corner, row[0]) = (row[0], i);
            for (int j = 1; j <= other.Length; j++)
            {
                (corner, row[j]) = (
                    row[j],
                    Math.Min(
                        Math.Min(row[j], row[j - 1]) + 1,
                        corner + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1)
                    )
                );
            }
        }

        return row[^1];
    }

    private int Count(DataKind kind) =>
        kind switch
        {
            DataKind.Referring => Referring.Count,
            DataKind.Reasoning => Reasoning.Count,
            DataKind.Captions => Captions.Count,
            DataKind.Regions => Regions.Count,
            DataKind.Names => Objects.Count,
            DataKind.Points => Points.Count,
            _ => Conversations.Count,
        };

    private T? Read<T>(string name, Func<string, T> read)
        where T : class
    {
        string path = Path.Combine(Directory, name);
        return File.Exists(path) ? read(path) : null;
    }

    private CocoInstances RequireInstances(string path) =>
        Instances ?? throw new OmgLlavaException($"'{path}' needs the 'instances.json' that its annotation ids mean beside it.");
}
