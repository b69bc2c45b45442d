using OmgLlava.Data;

namespace OmgLlava.Tests.Data;

/// <summary>Mistakes in a person's own data are named with file and record, before anything is learnt from them.</summary>
public class OwnDataTests
{
    [Theory]
    [InlineData(
        "referring.json",
        "\"no_target\": false",
        "\"no_target\": true",
        "record 1",
        "says no_target, but names the annotations 101"
    )]
    [InlineData("referring.json", "\"sent\": \"the red apple\"", "\"sent\": \"  \"", "record 1", "'sent' is empty")]
    [InlineData(
        "referring.json",
        "\"file_name\": \"000002.png\"",
        "\"file_name\": \"gone.png\"",
        "record 2",
        "names the picture 'gone.png'"
    )]
    [InlineData("points.json", "<Mark 2> differ", "<Mark 3> differ", "record 1", "speaks of 'Mark 3', but has 2 point(s)")]
    [InlineData("conversations.json", "\"value\": \"Yes\"", "\"value\": \"The frog. [SEG]\"", "record 1", "literal '[SEG]'")]
    [InlineData("conversations.json", "\"value\": \"Yes\"", "\"value\": \"<image>\"", "record 1", "literal '<image>'")]
    [InlineData("conversations.json", "\"value\": \"Yes\"", "\"value\": \"\"", "record 1", "the answer is empty")]
    public void Mistakes_are_named(string file, string text, string replacement, string record, string reason)
    {
        using var folder = new TemporaryFolder();
        string damaged = Fixture.Damage(folder, "folder", file, text, replacement);
        string message = Assert.Throws<OmgLlavaException>(() => DataFolder.Open(damaged)).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(record, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refering.json", "referring.json")]
    [InlineData("Captions.json", "captions.json")]
    [InlineData("conversation.json", "conversations.json")]
    public void A_misspelt_file_is_not_passed_over(string name, string meant)
    {
        using var folder = new TemporaryFolder();
        Fixture.Copy(folder, "folder");
        File.Move(folder[meant], folder[name]);
        Assert.Contains(
            $"did you mean '{meant}'?",
            Assert.Throws<OmgLlavaException>(() => DataFolder.Open(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_split_is_what_its_expressions_name()
    {
        using var folder = new TemporaryFolder();
        string data = Fixture.Damage(folder, "folder", "referring.json", "\"split\": \"train\"", "\"split\": \"val\"");
        DataFolder all = DataFolder.Open(data);
        Assert.Equal(["train", "val"], all.Splits);
        DataFolder val = DataFolder.Open(data, "val");
        Assert.Equal(2, val.Referring.Count);
        Assert.All(val.Referring, expression => Assert.Equal("val", expression.Split));
        Assert.Equal(all.Referring.Count, val.Referring.Count + DataFolder.Open(data, "train").Referring.Count);
        Assert.All(
            val.Conversations,
            conversation => Assert.DoesNotContain("000002", conversation.ImagePath, StringComparison.Ordinal)
        );
        Assert.Contains(
            "has no split 'zzz'; there are train, val.",
            Assert.Throws<OmgLlavaException>(() => DataFolder.Open(data, "zzz")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("splits: train, val", all.Summary());
    }
}
