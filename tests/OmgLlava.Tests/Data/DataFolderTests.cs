using OmgLlava.Data;
using OmgLlava.Data.Captions;
using OmgLlava.Data.Coco;
using OmgLlava.Data.Templates;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Data;

public class DataFolderTests
{
    private static readonly DataFolder Folder = DataFolder.Open(Fixture.Folder("folder"));

    [Fact]
    public void All_kinds_are_found() => Assert.Equal(Enum.GetValues<DataKind>(), Folder.Kinds);

    [Fact]
    public void Panoptic_maps_are_read_with_their_segments()
    {
        CocoPanopticSet set = Folder.Panoptic!;
        Assert.Equal(["apple", "frog", "sky", "sand"], set.Categories.Select(c => c.Name));
        Assert.Equal([true, true, false, false], set.Categories.Select(c => c.IsThing));
        PanopticMap map = set.Samples[0].ReadMap();
        Assert.Equal((24, 16), (map.Width, map.Height));
        Assert.Equal([257, 5000, 70001, 9], set.Samples[0].Segments.Select(s => s.Id));
        Assert.Equal([168, 96, 56, 64], set.Samples[0].Segments.Select(s => map.MaskOf(s).Area));
    }

    [Fact]
    public void Regions_are_the_same_as_polygon_run_lengths_and_text()
    {
        Assert.Equal(5, Folder.Objects.Count);
        Assert.Equal(["apple", "frog", "frog", "frog", "apple"], Folder.Objects.Select(o => o.Name));
        Assert.Equal([56, 64, 36, 36, 56], Folder.Objects.Select(o => o.Region.ToMask().Area));
        Assert.Equal(new PixelBox(2, 3, 9, 11), Folder.Objects[0].Region.ToMask().Box);
    }

    [Fact]
    public void Expressions_mean_one_thing_several_or_none()
    {
        Assert.Equal(["the red apple", "the thing on the left", "both frogs", "the zebra"], Folder.Referring.Select(e => e.Text));
        Assert.Equal([56, 56, 72, 0], Folder.Referring.Select(e => e.Target.ToMask().Area));
        Assert.Equal([false, false, false, true], Folder.Referring.Select(e => e.NoTarget));
        Assert.Equal(64, Folder.Reasoning.Single().Target.ToMask().Area);
    }

    [Fact]
    public void A_caption_becomes_an_answer_with_its_masks_in_the_order_of_the_text()
    {
        GroundedCaption caption = Folder.Captions.Single();
        Assert.Equal(
            "<p> A red apple </p> [SEG] lies beside <p> a green frog </p> [SEG] on <p> sand </p> [SEG].",
            caption.ToAnswer()
        );
        Assert.Equal([56, 64, 96], caption.Masks().Select(mask => mask.Area));
    }

    [Fact]
    public void Descriptions_lose_the_markers_of_their_regions()
    {
        Assert.Equal(
            ["A round red apple.", "A small green frog; the region sits on sand."],
            Folder.Regions.Single().Regions.Select(r => r.Text)
        );
        Assert.Equal([56, 64], Folder.Regions.Single().Regions.Select(r => r.Region.ToMask().Area));
    }

    [Fact]
    public void Points_are_introduced_and_brackets_vanish()
    {
        ConversationTurn turn = Folder.Points.Single().Turns.Single();
        Assert.Equal("There are some marks: Mark 1 <mark>, Mark 2 <mark>.\nHow do Mark 1 and Mark 2 differ?", turn.Question);
        Assert.Equal("Mark 1 is food, Mark 2 is an animal.", turn.Answer);
        Assert.Equal([VisualPrompt.Point(5.5f, 6.5f), VisualPrompt.Point(15, 8)], turn.Prompts);
    }

    [Fact]
    public void Picture_questions_keep_their_turns_and_lose_the_place_of_the_picture()
    {
        Assert.Equal(["exists/1", "count/2"], Folder.Conversations.Select(c => c.Id));
        Assert.Equal(
            [("How many frogs are there?", "2"), ("And apples?", "1")],
            Folder.Conversations[1].Turns.Select(t => (t.Question, t.Answer))
        );
    }

    [Theory]
    [InlineData(AnswerFormat.Phrase)]
    [InlineData(AnswerFormat.MaskAlone)]
    public void Every_conversation_has_a_mask_for_each_seg_and_a_prompt_for_each_placeholder(AnswerFormat format)
    {
        int turns = 0;
        foreach (int seed in (int[])[0, 1, 2])
        {
            var options = new TemplateOptions { Format = format, Seed = seed };
            foreach (Conversation conversation in Folder.Kinds.SelectMany(kind => Folder.ConversationsOf(kind, options)))
            {
                RgbImage image = ImageFile.Load(conversation.ImagePath!);
                var geometry = new ImageGeometry(image.Width, image.Height, 64);
                foreach (ConversationTurn turn in conversation.Turns)
                {
                    turns++;
                    Assert.Equal(turn.Masks.Count, Count(turn.Answer, "[SEG]"));
                    Assert.Equal(turn.Prompts.Count, Count(turn.Question, "<mark>") + Count(turn.Question, "<region>"));
                    Assert.All(turn.Prompts, prompt => prompt.Validate(geometry));
                    Assert.All(turn.Masks, mask => Assert.Equal((image.Width, image.Height), (mask.Width, mask.Height)));
                    Assert.All(turn.Masks, mask => Assert.False(mask.IsEmpty));
                    Assert.NotEmpty(turn.Question);
                    Assert.NotEmpty(turn.Answer);
                }
            }
        }

        Assert.Equal(3 * (4 + 1 + 1 + 3 + 5 + 1 + 3), turns); // two regions and the wish for the mask of one
    }

    [Fact]
    public void The_seed_alone_decides_about_the_words()
    {
        string[] first = Questions(seed: 5);
        Assert.Equal(first, Questions(seed: 5));
        Assert.NotEqual(first, Questions(seed: 6));

        static string[] Questions(int seed) =>
            [
                .. DataFolder
                    .Open(Fixture.Folder("folder"))
                    .ConversationsOf(DataKind.Referring, new TemplateOptions { Seed = seed })
                    .SelectMany(c => c.Turns)
                    .Select(t => t.Question),
            ];
    }

    [Fact]
    public void What_is_not_there_is_refused_and_what_is_there_answered_in_both_formats()
    {
        ConversationTurn[] phrases = Turns(AnswerFormat.Phrase);
        Assert.Contains("<p> Both frogs </p> [SEG].", phrases.Select(t => t.Answer));
        Assert.Contains(phrases.Single(t => t.Masks.Count == 0).Answer, SegmentationTemplate.Refusals);
        Assert.All(
            Turns(AnswerFormat.MaskAlone).Where(t => t.Masks.Count > 0),
            t => Assert.Contains(t.Answer, SegmentationTemplate.Answers)
        );

        static ConversationTurn[] Turns(AnswerFormat format) =>
            [.. Folder.ConversationsOf(DataKind.Referring, new TemplateOptions { Format = format }).SelectMany(c => c.Turns)];
    }

    [Theory]
    [InlineData("referring.json", "\"image_id\": 2", "\"image_id\": 5", "record 2 (line 45)", "image 5")]
    [InlineData("referring.json", "[\n   101", "[\n   109", "record 1 (line 2)", "annotation 109")]
    [InlineData("referring.json", "[\n   101", "[\n   203", "record 1 (line 2)", "belongs to the image 2")]
    [InlineData("referring.json", "\"sentences\"", "\"sentence\"", "record 1 (line 2)", "'sentences' is missing")]
    [InlineData("captions.json", "\"counts\": \"", "\"counts\": \"1", "record 1 (line 2)", "mask")]
    [InlineData("captions.json", "000001.png", "000009.png", "record 1 (line 2)", "does not exist")]
    [InlineData("captions.json", "000001.png", "../captions.json", "record 1 (line 2)", "leads out of its folder")]
    [InlineData("captions.json", "     36\n", "     99\n", "record 1 (line 2)", "45 characters")]
    [InlineData("instances.json", "\"height\": 16", "\"height\": 17", "'images' record 1 (line 3)", "24 x 16")]
    [InlineData("instances.json", "\"category_id\": 7", "\"category_id\": 8", "'annotations' record 2", "category 8")]
    [InlineData("instances.json", "\"id\": 102", "\"id\": 101", "'annotations' record 2", "twice")]
    [InlineData("panoptic.json", "\"id\": 9,", "\"id\": 0,", "'annotations' record 1", "does not fit")]
    [InlineData("regions.json", "\"width\": 24", "\"width\": 25", "record 1 (line 2)", "24 x 16")]
    [InlineData("points.json", "5.5", "24.5", "record 1 (line 2)", "outside its image of 24 x 16")]
    [InlineData("conversations.json", "\"gpt\"", "\"bot\"", "record 1 (line 2)", "from 'bot'")]
    [InlineData("conversations.json", "\"gpt\"", "\"human\"", "record 1 (line 2)", "no question with an answer")]
    public void A_broken_record_is_named_with_its_file_and_line(
        string file,
        string text,
        string replacement,
        string where,
        string what
    )
    {
        using var folder = new TemporaryFolder();
        string path = Fixture.Damage(folder, "folder", file, text, replacement);
        string message = Assert.Throws<OmgLlavaException>(() => DataFolder.Open(path)).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(where, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Broken_json_is_named_with_its_line()
    {
        using var folder = new TemporaryFolder();
        string path = Fixture.Damage(folder, "folder", "referring.json", "\"ann_id\": [", "\"ann_id\": ]");
        string message = Assert.Throws<OmgLlavaException>(() => DataFolder.Open(path)).Message;
        Assert.Contains("referring.json", message, StringComparison.Ordinal);
        Assert.Contains("(line 5)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_annotations_or_that_is_missing_says_so()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "images' does not exist",
            Assert.Throws<OmgLlavaException>(() => DataFolder.Open(folder.Path)).Message,
            StringComparison.Ordinal
        );
        Directory.CreateDirectory(folder["images"]);
        Assert.Contains(
            "no annotations",
            Assert.Throws<OmgLlavaException>(() => DataFolder.Open(folder.Path)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "nowhere' does not exist",
            Assert.Throws<OmgLlavaException>(() => DataFolder.Open(folder["nowhere"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Expressions_without_the_objects_that_they_mean_say_what_is_missing()
    {
        using var folder = new TemporaryFolder();
        string path = Fixture.Damage(folder, "folder", "referring.json", "\"ref_id\"", "\"ref_id\"");
        File.Delete(folder["instances.json"]);
        Assert.Contains(
            "instances.json",
            Assert.Throws<OmgLlavaException>(() => DataFolder.Open(path)).Message,
            StringComparison.Ordinal
        );
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
