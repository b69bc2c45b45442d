using OmgLlava.Data.Captions;
using OmgLlava.Data.Regions;

namespace OmgLlava.Tests.Data;

public class CaptionSetTests
{
    private static readonly string Gcg = Fixture.Folder("gcg");
    private static readonly string Images = Path.Combine(Gcg, "images");

    [Fact]
    public void GranDf_counts_code_points_joins_parts_and_skips_phrases_without_a_region()
    {
        GroundedCaption caption = GranDf.Open(Path.Combine(Gcg, "GranDf_HA_GCG_train.json"), Images).Single();
        Assert.Equal(
            "<p> A dog </p> [SEG] 🐕 stands beside <p> a man </p> [SEG] on <p> the sand </p> [SEG].",
            caption.ToAnswer()
        );
        Assert.Equal([192, 192, 400], caption.Masks().Select(mask => mask.Area));
        Assert.Equal("sa_1000", caption.Id);
    }

    [Fact]
    public void OpenPsg_has_the_layout_of_GranDf() =>
        Assert.Equal(
            "A dog",
            GranDf.Open(Path.Combine(Gcg, "OpenPsgGCG_val.json"), Images).Select(c => c.TextOf(c.Phrases[0])).Single()
        );

    [Fact]
    public void Flickr_leaves_out_short_captions_and_boxes_outside_and_takes_the_first_place_of_a_phrase()
    {
        GroundedCaption caption = FlickrCaptions.Open(Path.Combine(Gcg, "flickr_mergedGT_GCG_val.json"), Images).Single();
        Assert.Equal("<p> A dog </p> [SEG] 🐕 stands beside <p> a man </p> [SEG] on the sand.", caption.ToAnswer());
        Assert.Equal([192, 192], caption.Masks().Select(mask => mask.Area));
    }

    [Fact]
    public void RefCocog_is_taken_in_lower_case_and_keeps_the_phrases_that_the_caption_holds()
    {
        GroundedCaption caption = RefCocogCaptions.Open(Path.Combine(Gcg, "RefCOCOg_GCG_val.json"), Images).Single();
        Assert.Equal("<p> the dog on the left </p> [SEG] sits by <p> the man in green </p> [SEG].", caption.ToAnswer());
        Assert.Equal("77", caption.Id);
    }

    [Fact]
    public void Phrases_that_reach_into_each_other_are_cut_off()
    {
        EncodedRegion(out OmgLlava.Data.EncodedMask region);
        GroundedCaption caption = GroundedCaption.Create(
            "1",
            "x",
            "the red cup there",
            [new(8, 17, region), new(0, 11, region), new(8, 8, region)]
        );
        Assert.Equal("<p> the red </p> [SEG] <p> cup there </p> [SEG]", caption.ToAnswer());

        static void EncodedRegion(out OmgLlava.Data.EncodedMask region) => region = OmgLlava.Data.EncodedMask.Nothing(4, 4);
    }

    [Fact]
    public void Osprey_descriptions_keep_the_records_whose_lists_agree()
    {
        DescribedImage image = OspreyDescriptions
            .Open(
                Path.Combine(Fixture.Folder("osprey"), "osprey_detail_description.json"),
                Path.Combine(Fixture.Folder("osprey"), "images")
            )
            .Single();
        Assert.Equal(["A red dog. the region looks left.", "A man in green."], image.Regions.Select(region => region.Text));
        Assert.All(image.Regions, region => Assert.Equal(192, region.Region.ToMask().Area));
    }

    [Fact]
    public void Osprey_conversations_introduce_their_regions()
    {
        OmgLlava.Data.Conversation conversation = OspreyConversations
            .Open(
                Path.Combine(Fixture.Folder("osprey"), "osprey_conversation.json"),
                Path.Combine(Fixture.Folder("osprey"), "images")
            )
            .Single();
        Assert.Equal(
            "There are some regions: region1 <region>, region2 <region>.\nWhat colour is region1?",
            conversation.Turns[0].Question
        );
        Assert.Equal("And region2?", conversation.Turns[1].Question);
        Assert.Equal([2, 0], conversation.Turns.Select(turn => turn.Prompts.Count));
    }

    [Fact]
    public void Region_captions_pair_the_annotation_of_the_same_id_with_every_reference()
    {
        string folder = Fixture.Folder("region_caption");
        IReadOnlyList<RegionCaption> captions = RegionCaptions.Open(
            Path.Combine(folder, "finetune_refcocog_val_with_mask.json"),
            Path.Combine(folder, "finetune_refcocog_val_captions.json"),
            Path.Combine(folder, "images")
        );
        Assert.Equal([3f, 20f], captions.Select(caption => caption.Region.ToMask().Box!.Value.X0));
        Assert.Equal(["a man in green", "the person"], captions[1].References);
        Assert.Equal(
            ["a man in green"],
            RegionCaptions
                .Open(Path.Combine(folder, "finetune_refcocog_val_with_mask.json"), null, Path.Combine(folder, "images"))[1]
                .References
        );
    }

    [Fact]
    public void A_region_without_caption_is_named()
    {
        using var folder = new TemporaryFolder();
        string root = Fixture.Damage(
            folder,
            "region_caption",
            "finetune_refcocog_val_captions.json",
            "\"image_id\": 0",
            "\"image_id\": 7"
        );
        string message = Assert
            .Throws<OmgLlavaException>(() =>
                RegionCaptions.Open(
                    Path.Combine(root, "finetune_refcocog_val_with_mask.json"),
                    Path.Combine(root, "finetune_refcocog_val_captions.json"),
                    Path.Combine(root, "images")
                )
            )
            .Message;
        Assert.Contains("captions.json' has no caption for the image 0", message, StringComparison.Ordinal);
    }
}
