using OmgLlava.Data;
using OmgLlava.Data.Coco;
using OmgLlava.Data.Referring;
using OmgLlava.Data.Semantic;
using OmgLlava.Data.Templates;

namespace OmgLlava.Tests.Data;

public class SegmentationSetTests
{
    private static readonly string Coco = Fixture.Folder("coco");

    [Fact]
    public void Coco_panoptic_has_ids_of_three_bytes_and_crowds()
    {
        CocoPanopticSet set = CocoPanopticSet.Open(
            Path.Combine(Coco, "annotations", "panoptic_val2017.json"),
            Path.Combine(Coco, "annotations", "panoptic_val2017"),
            Path.Combine(Coco, "val2017")
        );
        PanopticSample sample = set.Samples.Single();
        PanopticMap map = sample.ReadMap();
        Assert.Equal([192, 192, 400], sample.Segments.Select(segment => map.MaskOf(segment).Area));
        Assert.Equal([false, true, false], sample.Segments.Select(segment => segment.IsCrowd));
        Assert.Equal(656, map.Ids.Count(id => id == 0));
    }

    [Fact]
    public void A_map_with_a_segment_that_the_file_does_not_name_is_an_error()
    {
        using var folder = new TemporaryFolder();
        string root = Fixture.Damage(folder, "coco", "annotations/panoptic_val2017.json", "3226956", "3226957");
        CocoPanopticSet set = CocoPanopticSet.Open(
            Path.Combine(root, "annotations", "panoptic_val2017.json"),
            Path.Combine(root, "annotations", "panoptic_val2017"),
            Path.Combine(root, "val2017")
        );
        Assert.Contains(
            "segment 3226956",
            Assert.Throws<OmgLlavaException>(() => set.Samples[0].ReadMap()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Coco_instances_have_polygons_and_crowds_of_plain_runs()
    {
        CocoInstances set = CocoInstances.Open(Path.Combine(Coco, "annotations", "instances_val2017.json"));
        Assert.Equal([192, 192], set.Annotations.Select(annotation => set.RegionOf(annotation).ToMask().Area));
        Assert.Equal(192.5, set.Annotations[0].Area);
        Assert.Equal("dog", NamedObject.Of(set, "x").Single().Name); // a crowd is no thing to ask for
    }

    [Fact]
    public void Ade20K_counts_from_one()
    {
        SemanticSet set = SemanticSet.OpenAde20K(Fixture.Folder("ade20k"), "validation");
        Assert.Equal(["wall", "building", "sky"], set.ClassNames);
        SemanticLabels labels = set.ReadLabels(set.Samples.Single());
        Assert.Equal([0, 192, 400], Enumerable.Range(0, 3).Select(index => labels.MaskOf(index).Area));
        Assert.Equal(1440 - 592, labels.Classes.Count(label => label == SemanticLabels.Ignored));
    }

    [Fact]
    public void Coco_stuff_counts_from_zero_and_asks_for_no_kinds()
    {
        string folder = Fixture.Folder("coco_stuff");
        SemanticSet set = SemanticSet.OpenCocoStuff(
            Path.Combine(folder, "stuffthingmaps_trainval2017", "train2017"),
            Path.Combine(folder, "images"),
            Path.Combine(folder, "labels.txt")
        );
        Assert.Equal(
            [0, 192, 192, 400],
            Enumerable.Range(0, 4).Select(index => set.ReadLabels(set.Samples[0]).MaskOf(index).Area)
        );
        string[] answers =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(seed => set.Conversations(new TemplateOptions { Seed = seed })[0].Turns[0].Answer)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["<p> Dog </p> [SEG].", "<p> Sand </p> [SEG]."], answers);
    }

    [Fact]
    public void A_label_without_a_class_is_an_error()
    {
        using var folder = new TemporaryFolder();
        string root = Fixture.Damage(folder, "ade20k", "objectInfo150.txt", "3\t0.0878\t8265\t796\t1\tsky\n", "");
        SemanticSet set = SemanticSet.OpenAde20K(root, "validation");
        Assert.Contains(
            "label 3, but there are only 2",
            Assert.Throws<OmgLlavaException>(() => set.ReadLabels(set.Samples[0])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Parts_are_said_either_way_and_without_brackets()
    {
        string folder = Fixture.Folder("parts");
        string[] Say(string file) =>
            [
                .. Enumerable
                    .Range(0, 20)
                    .SelectMany(seed => PartNames.Open(Path.Combine(folder, file), Path.Combine(folder, "images"), seed))
                    .Select(expression => expression.Text)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];
        Assert.Equal(
            ["dog head", "person left arm", "the head of the dog", "the left arm of the person"],
            Say("pascal_part_train.json")
        );
        Assert.Equal(["mug handle", "the handle of the mug", "trash can"], Say("paco_lvis_v1_train.json"));
        IReadOnlyList<ReferringExpression> parts = PartNames.Open(
            Path.Combine(folder, "pascal_part_train.json"),
            Path.Combine(folder, "images")
        );
        Conversation conversation = ConversationBuilder.Of(parts, new TemplateOptions { MaxTurns = PartNames.MaxTurns }).Single();
        Assert.Equal([192, 192], conversation.Turns.Select(turn => turn.Masks.Single().Area));
    }

    [Fact]
    public void A_palette_instead_of_numbers_is_refused()
    {
        using var folder = new TemporaryFolder();
        string root = Fixture.Damage(folder, "ade20k", "objectInfo150.txt", "wall", "wall");
        string png = folder["annotations/validation/ADE_val_00000001.png"];
        byte[] bytes = File.ReadAllBytes(png);
        bytes[25] = 3;
        File.WriteAllBytes(png, bytes);
        SemanticSet set = SemanticSet.OpenAde20K(root, "validation");
        Assert.Contains(
            "palette",
            Assert.Throws<OmgLlavaException>(() => set.ReadLabels(set.Samples[0])).Message,
            StringComparison.Ordinal
        );
    }
}
