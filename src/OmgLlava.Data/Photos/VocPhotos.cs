using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>
/// Pascal VOC 2012 (<c>JPEGImages</c>, <c>SegmentationClass</c> or SBD's <c>SegmentationClassAug</c>, <c>ImageSets</c>). The
/// classes of pixels are known, things only where one can tell them apart: by the only box of a class, by boxes that do not share
/// pixels, or because all its pixels hang together. Groups that cannot be taken apart are ignored.
/// </summary>
public sealed class VocPhotos : IPhotoSet
{
    private const int Void = 255;
    private const double OnePiece = 0.9; // share of a class's pixels that hang together, for it to be one thing
    private const double Clear = 0.7; // share of a thing's box-bound pixels that no other box holds

    private static readonly string[] Names =
    [
        "airplane",
        "bicycle",
        "bird",
        "boat",
        "bottle",
        "bus",
        "car",
        "cat",
        "chair",
        "cow",
        "dining table",
        "dog",
        "horse",
        "motorcycle",
        "person",
        "potted plant",
        "sheep",
        "sofa",
        "train",
        "tv",
    ];

    private static readonly Dictionary<string, string> Published = new()
    {
        ["aeroplane"] = "airplane",
        ["motorbike"] = "motorcycle",
        ["diningtable"] = "dining table",
        ["pottedplant"] = "potted plant",
        ["tvmonitor"] = "tv",
    };

    private readonly string _root;
    private readonly string _labels;
    private readonly string[] _ids;
    private readonly VocBoxes _boxes;

    /// <summary>Opens a part.</summary>
    /// <param name="root">The folder that holds <c>JPEGImages</c>.</param>
    /// <param name="part">A file of <c>ImageSets</c> or <c>ImageSets/Segmentation</c> without its ending; null for all that have
    /// labels.</param>
    /// <exception cref="OmgLlavaException">A folder or file is missing or broken.</exception>
    public VocPhotos(string root, string? part)
    {
        _root = DataFiles.Folder(root);
        string augmented = Path.Combine(root, "SegmentationClassAug");
        _labels = Directory.Exists(augmented) ? augmented : DataFiles.Folder(Path.Combine(root, "SegmentationClass"));
        _ids = part is null
            ?
            [
                .. Directory
                    .EnumerateFiles(_labels, "*.png")
                    .Select(path => Path.GetFileNameWithoutExtension(path)!)
                    .Order(StringComparer.Ordinal),
            ]
            : Listed(root, part);
        _boxes = new VocBoxes(root);
        Classes = [.. Names.Select(name => new PhotoClass(name))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<PhotoClass> Classes { get; }

    /// <inheritdoc/>
    public int Count => _ids.Length;

    /// <inheritdoc/>
    public string ImagePath(int index) => Path.Combine(_root, "JPEGImages", _ids[index] + ".jpg");

    /// <inheritdoc/>
    public PhotoLabels Read(int index)
    {
        byte[] labels = ReadClasses(index, out int width, out int height);
        IReadOnlyList<NamedBox> boxes = _boxes.Of(_ids[index]);
        bool[] ignored = Array.ConvertAll(labels, label => label == Void);
        var objects = new List<PhotoObject>();
        var grouped = new List<string>();
        foreach (int label in labels.Where(label => label is not (0 or Void)).Distinct().Order())
        {
            string name = Names[label - 1];
            var mask = new Mask(width, height, Array.ConvertAll(labels, other => other == label));
            PixelBox[] own =
            [
                .. boxes.Where(box => Published.GetValueOrDefault(box.Name, box.Name) == name).Select(box => box.Box),
            ];
            if (own.Length == 1 || (own.Length == 0 && ConnectedRegions.Largest(mask) >= OnePiece * mask.Area))
            {
                objects.Add(new PhotoObject(name, mask));
            }
            else
            {
                Mask[] parts = [.. TakeApart(mask, own, ignored)];
                objects.AddRange(parts.Select(part => new PhotoObject(name, part)));
                if (parts.Length == 0 || parts.Length < own.Length)
                {
                    grouped.Add(name);
                }
            }
        }

        return new PhotoLabels(objects, ignored.Contains(true) ? new Mask(width, height, ignored) : null, Names)
        {
            Grouped = grouped,
        };
    }

    /// <summary>The class of every pixel: 0 for none of the 20, 255 for those that do not count.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or damaged.</exception>
    public byte[] ReadClasses(int index, out int width, out int height)
    {
        string path = Path.Combine(_labels, _ids[index] + ".png");
        byte[] labels = LabelFile.Indices(path, out width, out height);
        int unknown = Array.FindIndex(labels, label => label > Names.Length && label != Void);
        return unknown < 0
            ? labels
            : throw new OmgLlavaException($"'{path}' has the label {labels[unknown]}, but VOC has only {Names.Length} classes.");
    }

    /// <summary>The pixels that lie in one box alone, where that is most of what the box holds. All others are ignored.</summary>
    private static IEnumerable<Mask> TakeApart(Mask mask, PixelBox[] boxes, bool[] ignored)
    {
        bool[][] alone = [.. boxes.Select(_ => new bool[ignored.Length])];
        int[] held = new int[boxes.Length];
        int[] clear = new int[boxes.Length];
        for (int pixel = 0; pixel < ignored.Length; pixel++)
        {
            if (!mask.Pixels[pixel])
            {
                continue;
            }

            (float x, float y) = ((pixel % mask.Width) + 0.5f, (pixel / mask.Width) + 0.5f);
            int[] around =
            [
                .. Enumerable
                    .Range(0, boxes.Length)
                    .Where(i => x >= boxes[i].X0 && x < boxes[i].X1 && y >= boxes[i].Y0 && y < boxes[i].Y1),
            ];
            Array.ForEach(around, i => held[i]++);
            if (around is [int only])
            {
                (alone[only][pixel], clear[only]) = (true, clear[only] + 1);
            }
            else
            {
                ignored[pixel] = true;
            }
        }

        for (int i = 0; i < boxes.Length; i++)
        {
            if (clear[i] > 0 && clear[i] >= Clear * held[i])
            {
                yield return new Mask(mask.Width, mask.Height, alone[i]);
            }
            else
            {
                for (int pixel = 0; pixel < ignored.Length; pixel++)
                {
                    ignored[pixel] |= alone[i][pixel];
                }
            }
        }
    }

    private static string[] Listed(string root, string part)
    {
        string[] places =
        [
            .. ((string[])["Segmentation", ""]).Select(folder => Path.Combine(root, "ImageSets", folder, part + ".txt")),
        ];
        string path =
            places.FirstOrDefault(File.Exists)
            ?? throw new OmgLlavaException($"The file '{places[^1]}', which lists the photographs, does not exist.");
        string[] ids = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        string? odd = ids.FirstOrDefault(id => id.AsSpan().ContainsAny('/', '\\') || id.StartsWith('.'));
        return ids.Length > 0 && odd is null
            ? ids
            : throw new OmgLlavaException(
                $"'{path}' is no list of photographs{(odd is null ? "" : $": '{odd}' is no name of one")}."
            );
    }
}
