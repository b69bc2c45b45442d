using OmgLlava.Language;
using OmgLlava.Training.Text;

namespace OmgLlava.Tests.Training.Text;

public class BytePairTrainerTests
{
    private static readonly string[] Texts =
    [
        .. Enumerable.Repeat("What is the cat? The cat is on the mat, <p> The cat </p> [SEG]. It has 12 cats.", 20),
        "Ärger mit 3 Bäumen",
    ];

    [Fact]
    public void The_trained_tokenizer_loads_keeps_every_text_and_is_shorter_than_characters()
    {
        using var folder = new TemporaryFolder();
        SentencePieceModel.Write(folder.Path, BytePairTrainer.Train(Texts, 200));
        var tokenizer = Tokenizer.Load(folder.Path);
        foreach (string text in (string[])["What is the cat? The cat is.", Texts[^1], "The mat\nis 7 猫 wide.", "  spaces  stay "])
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }

        Assert.True(tokenizer.Encode("The cat is on the mat.").Count <= 8);
        Assert.Equal(Assert.Single(tokenizer.Encode("cat")), tokenizer.Encode("the cat")[^1]); // an answer's word is a text's
        Assert.Contains(tokenizer.Id("[SEG]"), tokenizer.Encode(Texts[0]));
    }

    [Fact]
    public void Frequent_pairs_come_first_and_the_same_texts_give_the_same_pieces()
    {
        IReadOnlyList<string> pieces = BytePairTrainer.Train(["aab aab aab ab"], 100);
        Assert.Equal(pieces, BytePairTrainer.Train(["aab aab aab ab"], 100));
        Assert.Equal("ab", pieces.First(piece => piece.Length == 2));
        Assert.DoesNotContain(pieces, piece => piece.Length > 1 && piece.Contains('1', StringComparison.Ordinal));
    }

    [Fact]
    public void No_more_pieces_than_asked_for() => Assert.Equal(5, BytePairTrainer.Train(Texts, 5).Count);
}
