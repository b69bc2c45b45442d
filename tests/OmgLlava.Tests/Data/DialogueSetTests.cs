using OmgLlava.Data;
using OmgLlava.Data.Dialogues;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Data;

public class DialogueSetTests
{
    [Fact]
    public void Llava_reads_pictures_and_text_alone_and_takes_tokens_apart()
    {
        string folder = Fixture.Folder("llava");
        IReadOnlyList<Conversation> all = LlavaInstructions.Open(
            Path.Combine(folder, "llava_v1_5_mix665k.json"),
            Path.Combine(folder, "images")
        );
        Assert.Equal("What is red?", all[0].Turns[0].Question);
        Assert.Equal("The dog. It is no SEG token.", all[0].Turns[0].Answer);
        Assert.Equal(2, all[0].Turns.Count);
        Assert.Null(all[1].ImagePath);
        // the answer before any question is left out
        Assert.Equal(("Write a rhyme.", "A cat sat."), all[1].Turns.Select(turn => (turn.Question, turn.Answer)).Single());
    }

    [Fact]
    public void Mdpv_finds_the_pictures_of_both_parts_of_visual_genome()
    {
        string folder = Fixture.Folder("mdpv");
        IReadOnlyList<Conversation> all = PointQuestions.Open(
            Path.Combine(folder, "gpt4v_vg_brief_caption_point.json"),
            Path.Combine(folder, "VG_100K")
        );
        Assert.Equal("There are some marks: Mark 1 <mark>.\nPlease give a brief caption of Mark 1.", all[0].Turns[0].Question);
        Assert.EndsWith(Path.Combine("VG_100K_2", "3.png"), all[1].ImagePath, StringComparison.Ordinal);
        Assert.Equal([VisualPrompt.Point(25.5f, 10.2f), VisualPrompt.Point(5, 30)], all[1].Turns[0].Prompts);
    }

    [Fact]
    public void Pope_reads_a_question_a_line()
    {
        string folder = Fixture.Folder("pope");
        IReadOnlyList<YesNoQuestion> all = PopeQuestions.Open(
            Path.Combine(folder, "coco_pope_random.json"),
            Path.Combine(folder, "val2014")
        );
        Assert.Equal([("1", true), ("2", false), ("3", true)], all.Select(question => (question.Id, question.Answer)));
        Assert.Equal("Is there a chair in the image?", all[1].Text);
    }

    [Fact]
    public void Pope_names_a_broken_line()
    {
        using var folder = new TemporaryFolder();
        string root = Fixture.Damage(folder, "pope", "coco_pope_random.json", "\"no\"", "\"perhaps\"");
        Assert.Contains(
            "record 2 (line 2): 'label' is 'perhaps'",
            Assert
                .Throws<OmgLlavaException>(() =>
                    PopeQuestions.Open(Path.Combine(root, "coco_pope_random.json"), Path.Combine(root, "val2014"))
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void MmBench_reads_quoted_fields_and_borrowed_pictures()
    {
        IReadOnlyList<ChoiceQuestion> all = MmBench.Open(Path.Combine(Fixture.Folder("mmbench"), "MMBench_DEV_EN.tsv"));
        Assert.Equal([241L, 1000241, 252], all.Select(question => question.Index));
        Assert.Equal(
            "Look left.\nWhich thing is \"red\"?\nA. man\nB. dog\nAnswer with the option's letter from the given choices "
                + "directly.",
            all[1].Prompt
        );
        Assert.Equal(['A', 'B', 'A'], all.Select(question => question.Answer!.Value));
        RgbImage image = all[1].LoadImage();
        Assert.Equal((40, 36), (image.Width, image.Height));
        Assert.Equal("What is\nbelow?", all[2].Text);
        Assert.Equal(4, all[2].Options.Count);
    }

    [Theory]
    [InlineData("\tA\tobject", "\tE\tobject", "row 2 (line 2): 'answer' is 'E'")]
    [InlineData("\t241\t", "\t242\t", "row 3 (line 3): its image is that of index 242")]
    [InlineData("iVBOR", "?VBOR", "row 2 (line 2): 'image' is not base 64")]
    [InlineData("question", "questions", "no column 'question'")]
    public void MmBench_names_a_broken_row(string text, string replacement, string what)
    {
        using var folder = new TemporaryFolder();
        string root = Fixture.Damage(folder, "mmbench", "MMBench_DEV_EN.tsv", text, replacement);
        Assert.Contains(
            what,
            Assert.Throws<OmgLlavaException>(() => MmBench.Open(Path.Combine(root, "MMBench_DEV_EN.tsv"))).Message,
            StringComparison.Ordinal
        );
    }
}
