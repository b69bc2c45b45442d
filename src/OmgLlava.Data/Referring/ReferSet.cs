using OmgLlava.Data.Coco;
using OmgLlava.Data.Dialogues;
using OmgLlava.Weights;

namespace OmgLlava.Data.Referring;

/// <summary>
/// RefCOCO, RefCOCO+, RefCOCOg and RefCLEF in REFER's layout (github.com/lichengunc/refer): <c>ROOT/NAME/refs(SPLITTER).p</c>, a
/// pickle that is read without running it, and <c>ROOT/NAME/instances.json</c>.
/// </summary>
public sealed class ReferSet
{
    private static readonly Dictionary<string, string> Splitters = new()
    {
        ["refcoco"] = "unc",
        ["refcoco+"] = "unc",
        ["refcocog"] = "umd",
        ["refclef"] = "unc",
    };

    private readonly string _images;

    private ReferSet(string path, string images, CocoInstances instances)
    {
        (Path, _images, Instances) = (path, images, instances);
        using FileStream file = DataFiles.OpenRead(path);
        using var buffered = new BufferedStream(file, 1 << 20);
        object? content = PickleReader.Read(buffered, path);
        Records = content is IList<object?> list
            ? [.. list.Select((item, i) => PickleRecord.Read(item, $"'{path}', record {i + 1}"))]
            : throw new OmgLlavaException($"'{path}' holds no list of records.");
        for (int i = 0; i < Records.Count; i++)
        {
            Check(Records[i], $"'{path}', record {i + 1}");
        }
    }

    /// <summary>The file of records.</summary>
    public string Path { get; }

    /// <summary>The objects.</summary>
    public CocoInstances Instances { get; }

    /// <summary>The records in the order of the file.</summary>
    public IReadOnlyList<ReferRecord> Records { get; }

    /// <summary>The names of the data sets.</summary>
    public static IReadOnlyCollection<string> Names => Splitters.Keys;

    /// <summary>Opens a data set.</summary>
    /// <param name="root">The folder that holds the data sets.</param>
    /// <param name="name">refcoco, refcoco+, refcocog or refclef.</param>
    /// <param name="splitter">Who split it (<c>unc</c>, <c>umd</c>, <c>google</c>, <c>berkeley</c>); null for the usual
    /// one.</param>
    /// <param name="images">Folder of the pictures; null for the one of the layout, or that of GLaMM's layout.</param>
    /// <exception cref="OmgLlavaException">A file is missing or damaged, or a record is broken; the message names it.</exception>
    public static ReferSet Open(string root, string name, string? splitter = null, string? images = null)
    {
        if (!Splitters.TryGetValue(name, out string? usual))
        {
            throw new OmgLlavaException($"There is no REFER data set '{name}'; there are {string.Join(", ", Names)}.");
        }

        string folder = DataFiles.Folder(System.IO.Path.Combine(root, name));
        return new ReferSet(
            System.IO.Path.Combine(folder, $"refs({splitter ?? usual}).p"),
            images ?? Images(root, name),
            CocoInstances.Open(System.IO.Path.Combine(folder, "instances.json"))
        );
    }

    /// <summary>The records of a part of the data set.</summary>
    /// <param name="split">
    /// train or val: exactly those. testA, testB, testC: every part whose name holds that letter. test: every part whose name
    /// holds "test". testAB, testBC, testAC: exactly those.
    /// </param>
    /// <exception cref="OmgLlavaException">There is no such part.</exception>
    public IEnumerable<ReferRecord> Select(string split) =>
        split switch
        {
            "testA" or "testB" or "testC" => Records.Where(record => record.Split.Contains(split[^1], StringComparison.Ordinal)),
            "test" => Records.Where(record => record.Split.Contains("test", StringComparison.Ordinal)),
            "train" or "val" or "testAB" or "testBC" or "testAC" => Records.Where(record => record.Split == split),
            _ => throw new OmgLlavaException(
                $"REFER data sets have no part '{split}'; there are train, val, test, testA, testB and testC."
            ),
        };

    /// <summary>The path of a record's picture.</summary>
    public string ImageOf(ReferRecord record) => System.IO.Path.Combine(_images, Instances.FindImage(record.ImageId)!.FileName);

    /// <summary>The region of a record's object.</summary>
    /// <exception cref="OmgLlavaException">It is damaged.</exception>
    public EncodedMask RegionOf(ReferRecord record) => Instances.RegionOf(Instances.FindAnnotation(record.AnnotationId)!);

    /// <summary>The sentences of a part of the data set, in the order of the pictures' first records as the published evaluation
    /// takes them.</summary>
    /// <exception cref="OmgLlavaException">There is no such part, or a picture is missing.</exception>
    public IReadOnlyList<ReferringExpression> Expressions(string split)
    {
        (ReferRecord Record, ReferSentence Sentence)[] all =
        [
            .. Select(split)
                .GroupBy(record => record.ImageId)
                .SelectMany(image => image)
                .SelectMany(record => record.Sentences.Select(sentence => (record, sentence))),
        ];
        string? missing = all.Select(pair => ImageOf(pair.Record)).Distinct().FirstOrDefault(image => !File.Exists(image));
        return missing is null
            ? new RecordList<ReferringExpression>(
                all.Length,
                i => new ReferringExpression(
                    $"{all[i].Sentence.Id}",
                    ImageOf(all[i].Record),
                    PlainText.Clean(all[i].Sentence.Text),
                    all[i].Record.Split,
                    RegionOf(all[i].Record),
                    false
                )
            )
            : throw new OmgLlavaException($"'{Path}' needs the image '{missing}', which does not exist.");
    }

    private void Check(ReferRecord record, string where)
    {
        CocoAnnotation annotation =
            Instances.FindAnnotation(record.AnnotationId)
            ?? throw new OmgLlavaException(
                $"{where}: it means the annotation {record.AnnotationId}, which '{Instances.Path}' does not have."
            );
        if (annotation.ImageId != record.ImageId)
        {
            throw new OmgLlavaException(
                $"{where}: its image is {record.ImageId}, but that of its annotation {annotation.Id} is {annotation.ImageId}."
            );
        }
    }

    private static string Images(string root, string name)
    {
        string[] places =
            name == "refclef"
                ? [System.IO.Path.Combine(root, "images", "saiapr_tc-12")]
                :
                [
                    System.IO.Path.Combine(root, "images", "mscoco", "images", "train2014"),
                    System.IO.Path.Combine(root, "images", "train2014"),
                    System.IO.Path.Combine(root, "..", "coco_2014", "train2014"),
                ];
        return Array.Find(places, Directory.Exists) ?? places[0];
    }
}
