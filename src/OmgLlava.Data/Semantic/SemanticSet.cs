using OmgLlava.Data.Templates;

namespace OmgLlava.Data.Semantic;

/// <summary>Pictures with a class for every pixel: ADE20K and COCO-Stuff in their published layouts.</summary>
public sealed class SemanticSet
{
    private readonly bool _zeroIsNothing;
    private readonly bool[] _asked;

    private SemanticSet(
        IReadOnlyList<string> classNames,
        IReadOnlyList<SemanticSample> samples,
        bool zeroIsNothing,
        Func<string, bool> asked
    )
    {
        (ClassNames, Samples, _zeroIsNothing) = (classNames, samples, zeroIsNothing);
        _asked = [.. classNames.Select(asked)];
    }

    /// <summary>Name of each class by its index.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The pictures, by name.</summary>
    public IReadOnlyList<SemanticSample> Samples { get; }

    /// <summary>
    /// ADE20K (ADEChallengeData2016): <c>images/PART/*.jpg</c> and <c>annotations/PART/*.png</c>, where 0 is nothing and 1 the
    /// first class.
    /// </summary>
    /// <param name="root">The folder that holds <c>images</c> and <c>annotations</c>.</param>
    /// <param name="part">training or validation.</param>
    /// <param name="names">Class names, as JSON list or as <c>objectInfo150.txt</c>; null for the latter in
    /// <paramref name="root"/>.</param>
    /// <exception cref="OmgLlavaException">A folder or file is missing or broken.</exception>
    public static SemanticSet OpenAde20K(string root, string part, string? names = null) =>
        new(
            ClassNameFile.Read(names ?? Path.Combine(root, "objectInfo150.txt")),
            Pair(Path.Combine(root, "images", part), Path.Combine(root, "annotations", part)),
            zeroIsNothing: true,
            _ => true
        );

    /// <summary>
    /// COCO-Stuff: <c>stuffthingmaps_trainval2017/PART/*.png</c> beside COCO's pictures; 255 is nothing. As published, classes
    /// with a hyphen in their name (kinds of wall, floor, ...) are no subject of questions.
    /// </summary>
    /// <param name="labels">Folder of the PNG files.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <param name="names">Class names: the data set's <c>labels.txt</c>, whose first line, "0: unlabeled", has no label.</param>
    /// <exception cref="OmgLlavaException">A folder or file is missing or broken.</exception>
    public static SemanticSet OpenCocoStuff(string labels, string images, string names) =>
        new(
            ClassNameFile.Read(names),
            Pair(images, labels),
            zeroIsNothing: false,
            name => !name.Contains('-', StringComparison.Ordinal)
        );

    /// <summary>Reads the class of every pixel.</summary>
    /// <exception cref="OmgLlavaException">The PNG is missing, damaged, or has a label without a class.</exception>
    public SemanticLabels ReadLabels(SemanticSample sample)
    {
        byte[] labels = LabelFile.Grey(sample.LabelPath, out int width, out int height);
        for (int i = 0; i < labels.Length; i++)
        {
            byte label = _zeroIsNothing ? unchecked((byte)(labels[i] - 1)) : labels[i];
            labels[i] =
                label == SemanticLabels.Ignored || label < ClassNames.Count
                    ? label
                    : throw new OmgLlavaException(
                        $"'{sample.LabelPath}' has the label {labels[i]}, but there are only {ClassNames.Count} classes."
                    );
        }

        return new SemanticLabels(width, height, labels);
    }

    /// <summary>Conversations that ask for the mask of one class of each picture, chosen by chance among those that are
    /// there.</summary>
    /// <remarks>Pictures without any class to ask for give a conversation about the class that fills most of it; one without any
    /// label is an error.</remarks>
    public IReadOnlyList<Conversation> Conversations(TemplateOptions? options = null)
    {
        options ??= new TemplateOptions();
        return new RecordList<Conversation>(Samples.Count, i => Ask(Samples[i], options));
    }

    private Conversation Ask(SemanticSample sample, TemplateOptions options)
    {
        SemanticLabels labels = ReadLabels(sample);
        int[] present =
        [
            .. labels
                .Classes.Where(label => label != SemanticLabels.Ignored)
                .CountBy(label => label)
                .OrderByDescending(pair => pair.Value)
                .Select(pair => (int)pair.Key),
        ];
        int[] asked = [.. present.Where(index => _asked[index]).Order()];
        int index = (asked, present) switch
        {
            ([_, ..], _) => asked[Choice.Below(asked.Length, options.Seed, sample.Id)],
            (_, [int largest, ..]) => largest,
            _ => throw new OmgLlavaException($"'{sample.LabelPath}' has no labels."),
        };
        string name = ClassNames[index];
        string question = SegmentationTemplate.Ask(name, sample.Id, options);
        return new Conversation(
            sample.Id,
            sample.ImagePath,
            [new ConversationTurn(question, SegmentationTemplate.Answer(name, sample.Id, options), [], [labels.MaskOf(index)])]
        );
    }

    private static SemanticSample[] Pair(string images, string labels)
    {
        DataFiles.Folder(images);
        SemanticSample[] samples =
        [
            .. Directory
                .EnumerateFiles(DataFiles.Folder(labels), "*.png")
                .Order(StringComparer.Ordinal)
                .Select(label => new SemanticSample(
                    Path.GetFileNameWithoutExtension(label),
                    Path.Combine(images, Path.GetFileNameWithoutExtension(label) + ".jpg"),
                    label
                )),
        ];
        string? missing = samples.Select(sample => sample.ImagePath).FirstOrDefault(image => !File.Exists(image));
        return samples.Length == 0 ? throw new OmgLlavaException($"The folder '{labels}' holds no label maps (*.png).")
            : missing is null ? samples
            : throw new OmgLlavaException($"The image '{missing}' that belongs to a label map in '{labels}' does not exist.");
    }
}
