using OmgLlava.Data.Coco;
using OmgLlava.Data.Dialogues;
using OmgLlava.Data.Referring;
using OmgLlava.Data.Regions;
using OmgLlava.Data.Semantic;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Tasks;

namespace OmgLlava.Evaluation.Suites;

/// <summary>The benchmarks.</summary>
public static class EvaluationSuites
{
    private static readonly string[] PopeKinds = ["random", "popular", "adversarial"];

    private const int RegionTokens = 300; // as the published evaluation

    /// <summary>All benchmarks.</summary>
    public static IReadOnlyList<EvaluationSuite> All { get; } =
    [
        new("folder", "All tasks that a folder of one's own data holds (docs/data-format.md).", null, FolderSuite.Open),
        new(
            "wording",
            "The expressions and questions of a folder of one's own data, put in other words: small letters, capitals, no article, quotes, a slip, paraphrases.",
            null,
            WordingSuite.Open
        ),
        new(
            "photos",
            "Boxes, points, classes and names on photographs. DIR holds any of voc/, coco128/, davis/ and caltech101/ "
                + "(recipes/nano/fetch-photos.sh).",
            "val",
            PhotoSuite.Open
        ),
        Refer("refcoco", "val, testA, testB"),
        Refer("refcoco+", "val, testA, testB"),
        Refer("refcocog", "val, test"),
        Refer("refclef", "val, test"),
        new("grefcoco", "Referring segmentation with several targets and none. DIR holds grefcoco/.", "val", data =>
            [new GrefTask(GrefSet.Open(data.Folder, data.Split ?? "val", data.Images))]
        ),
        new("reasonseg", "Reasoning segmentation. DIR holds train/, val/ and test/.", "val", data =>
            [new ReasonSegTask(ReasonSeg.Open(Path.Combine(data.Folder, data.Split ?? "val")))]
        ),
        new(
            "gcg",
            "Grounded captions of GranD-f (val, test). DIR holds val_gcg_coco_mask_gt.json and val_gcg_coco_caption_gt.json; "
                + "pictures: --images, else DIR/images.",
            "val",
            Grounded
        ),
        new(
            "region-caption",
            "Region captions of RefCOCOg. DIR holds finetune_refcocog_val_with_mask.json; pictures: --images, else DIR/images.",
            null,
            RegionCaption
        ),
        new("coco-panoptic", "Panoptic segmentation. DIR holds annotations/ and val2017/.", "val2017", Panoptic),
        new("coco-instances", "Instance segmentation. DIR holds annotations/ and val2017/.", "val2017", Instances),
        new(
            "coco-interactive",
            "Interactive segmentation with one point and with a box. DIR holds annotations/ and val2017/.",
            "val2017",
            Interactive
        ),
        new(
            "ade20k",
            "Semantic segmentation (training, validation). DIR holds images/, annotations/ and objectInfo150.txt.",
            "validation",
            data => [new SemanticTask(SemanticSet.OpenAde20K(data.Folder, data.Split ?? "validation"))]
        ),
        new(
            "coco-stuff",
            "Semantic segmentation. DIR holds stuffthingmaps_trainval2017/ and labels.txt; pictures: --images, else DIR/val2017.",
            "val2017",
            Stuff
        ),
        new(
            "pope",
            "Is there a thing in the picture? DIR holds coco_pope_*.json; pictures: --images, else DIR/val2014.",
            null,
            Pope
        ),
        new("mmbench", "Multiple-choice questions. DIR is the .tsv file.", null, data =>
            [new ChoiceTask(WithAnswers(data.Folder))]
        ),
    ];

    /// <summary>A benchmark by its name; null where there is none.</summary>
    public static EvaluationSuite? Find(string name) => All.FirstOrDefault(suite => suite.Name == name);

    private static EvaluationSuite Refer(string name, string splits) =>
        new(name, $"Referring segmentation ({splits}). DIR holds {name}/refs(...).p and instances.json.", "val", data =>
            [
                new ReferTask(
                    $"{name}-{data.Split ?? "val"}",
                    ReferSet.Open(data.Folder, name, images: data.Images).Expressions(data.Split ?? "val")
                ),
            ]
        );

    private static IReadOnlyList<EvaluationTask> RegionCaption(SuiteData data)
    {
        string captions = Path.Combine(data.Folder, "finetune_refcocog_val_captions.json");
        return
        [
            new RegionCaptionTask(
                RegionCaptions.Open(
                    Path.Combine(data.Folder, "finetune_refcocog_val_with_mask.json"),
                    File.Exists(captions) ? captions : null,
                    data.Images ?? Path.Combine(data.Folder, "images")
                ),
                RegionTokens
            ),
        ];
    }

    private static IReadOnlyList<EvaluationTask> Panoptic(SuiteData data)
    {
        string split = data.Split ?? "val2017";
        string annotations = Path.Combine(data.Folder, "annotations");
        return
        [
            new PanopticTask(
                CocoPanopticSet.Open(
                    Path.Combine(annotations, $"panoptic_{split}.json"),
                    Path.Combine(annotations, $"panoptic_{split}"),
                    data.Images ?? Path.Combine(data.Folder, split)
                )
            ),
        ];
    }

    private static IReadOnlyList<EvaluationTask> Instances(SuiteData data)
    {
        string split = data.Split ?? "val2017";
        CocoInstances instances = CocoInstances.Open(Path.Combine(data.Folder, "annotations", $"instances_{split}.json"));
        return [new InstanceTask(instances, data.Images ?? Path.Combine(data.Folder, split))];
    }

    private static IReadOnlyList<EvaluationTask> Interactive(SuiteData data)
    {
        string split = data.Split ?? "val2017";
        CocoInstances instances = CocoInstances.Open(Path.Combine(data.Folder, "annotations", $"instances_{split}.json"));
        IReadOnlyList<NamedObject> objects = NamedObject.Of(instances, data.Images ?? Path.Combine(data.Folder, split));
        return [new InteractiveTask(objects, box: false, null), new InteractiveTask(objects, box: true, null)];
    }

    private static IReadOnlyList<EvaluationTask> Grounded(SuiteData data)
    {
        string split = data.Split ?? "val";
        return
        [
            new CaptionTask(
                GroundedSample.Open(
                    Path.Combine(data.Folder, $"{split}_gcg_coco_mask_gt.json"),
                    Path.Combine(data.Folder, $"{split}_gcg_coco_caption_gt.json"),
                    data.Images ?? Path.Combine(data.Folder, "images")
                )
            ),
        ];
    }

    private static IReadOnlyList<EvaluationTask> Stuff(SuiteData data)
    {
        string split = data.Split ?? "val2017";
        return
        [
            new SemanticTask(
                SemanticSet.OpenCocoStuff(
                    Path.Combine(data.Folder, "stuffthingmaps_trainval2017", split),
                    data.Images ?? Path.Combine(data.Folder, split),
                    Path.Combine(data.Folder, "labels.txt")
                )
            ),
        ];
    }

    private static IReadOnlyList<EvaluationTask> Pope(SuiteData data)
    {
        string[] kinds = [.. PopeKinds.Where(kind => File.Exists(Path.Combine(data.Folder, $"coco_pope_{kind}.json")))];
        return kinds.Length > 0
            ?
            [
                .. kinds.Select(kind => new YesNoTask(
                    $"pope-{kind}",
                    PopeQuestions.Open(
                        Path.Combine(data.Folder, $"coco_pope_{kind}.json"),
                        data.Images ?? Path.Combine(data.Folder, "val2014")
                    )
                )),
            ]
            : throw new OmgLlavaException(
                $"The folder '{data.Folder}' holds none of coco_pope_random.json, coco_pope_popular.json and "
                    + $"coco_pope_adversarial.json."
            );
    }

    private static IReadOnlyList<ChoiceQuestion> WithAnswers(string path)
    {
        IReadOnlyList<ChoiceQuestion> questions = MmBench.Open(path);
        return questions.All(question => question.Answer is not null)
            ? questions
            : throw new OmgLlavaException(
                $"'{path}' has questions without answers; only the dev part of MMBench can be counted here."
            );
    }
}
