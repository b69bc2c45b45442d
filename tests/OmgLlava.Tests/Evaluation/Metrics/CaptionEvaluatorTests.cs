using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class CaptionEvaluatorTests
{
    /// <summary>3 of 4 words and 1 of 3 pairs are right; the caption is as long as the reference.</summary>
    [Fact]
    public void Bleu_by_hand()
    {
        IReadOnlyList<double> bleu = new BleuScore().Add("a cat on mats", ["a cat sits on"]);
        Assert.Equal(3 / 4d, bleu[0], 6);
        Assert.Equal(Math.Sqrt(3 / 4d * (1 / 3d)), bleu[1], 6);
        Assert.Equal(0, bleu[3], 3);
    }

    [Fact]
    public void Bleu_takes_the_closest_reference_and_punishes_brevity()
    {
        IReadOnlyList<double> bleu = new BleuScore().Add("a cat", ["a cat sits", "a cat sits on a mat"]);
        Assert.Equal(Math.Exp(1 - (3 / 2d)), bleu[0], 6);
    }

    /// <summary>"a b d" is the longest common subsequence.</summary>
    [Fact]
    public void Rouge_by_hand()
    {
        double precision = 3 / 4d;
        double recall = 3 / 5d;
        Assert.Equal((1 + 1.44) * precision * recall / (recall + (1.44 * precision)), RougeL.Score("a b c d", ["a x b d y"]), 12);
        Assert.Equal(0, RougeL.Score("", ["a"]));
    }

    /// <summary>Two pictures, one-word captions: each word is in one picture, so its weight is log 2; the other orders are
    /// empty.</summary>
    [Fact]
    public void Cider_by_hand()
    {
        IReadOnlyList<double> scores = CiderScore.Scores([new("cat", ["cat"]), new("cat", ["dog"])]);
        Assert.Equal(10 / 4d, scores[0], 12);
        Assert.Equal(0, scores[1], 12);
        Assert.Equal(0, CiderScore.Scores([new("cat", ["cat"])])[0]); // a single picture has no weights
    }

    [Fact]
    public void The_reference_itself_is_perfect()
    {
        CaptionSample[] captions =
        [
            new("a dog runs over the grass", ["a dog runs over the grass"]),
            new("two red cars stand still", ["two red cars stand still"]),
        ];
        CaptionResult result = CaptionEvaluator.Evaluate(captions, new MeteorScorer());
        Assert.All(
            result.Samples.Append(result.Overall),
            scores =>
            {
                Assert.All(scores.Bleu, bleu => Assert.Equal(1, bleu, 6));
                Assert.Equal(1, scores.RougeL, 12);
                Assert.Equal(10, scores.Cider, 9);
                Assert.Equal(1, scores.Meteor!.Value, 12);
            }
        );
    }

    [Fact]
    public void The_order_of_captions_does_not_matter()
    {
        CaptionSample[] captions =
        [
            new("a dog runs", ["a dog walks", "the dog runs fast"]),
            new("two cars", ["two red cars stand still"]),
            new("a cat on a mat", ["the cat is on the mat"]),
        ];
        CaptionScores once = CaptionEvaluator.Evaluate(captions, new MeteorScorer()).Overall;
        CaptionScores again = CaptionEvaluator.Evaluate([.. captions.Reverse()], new MeteorScorer()).Overall;
        Assert.Equal(once.Bleu[1], again.Bleu[1], 12);
        Assert.Equal(once.Cider, again.Cider, 12);
        Assert.Equal(once.Meteor!.Value, again.Meteor!.Value, 12);
    }

    [Fact]
    public void A_caption_without_references_is_named() =>
        Assert.Contains(
            "Caption 1 ('b')",
            Assert.Throws<OmgLlavaException>(() => CaptionEvaluator.Evaluate([new("a", ["a"]), new("b", [])])).Message,
            StringComparison.Ordinal
        );
}
