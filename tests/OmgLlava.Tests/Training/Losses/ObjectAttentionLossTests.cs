using OmgLlava.Alignment;
using OmgLlava.Tests.Language;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using OmgLlava.Training;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Losses;

/// <summary>A prompt of two rows: a token, the picture's, three tokens. The picture's are a separator, the objects of the left
/// and the right half, and what stands behind.</summary>
public class ObjectAttentionLossTests
{
    private const int Left = 0;
    private const int Everything = 1;
    private const int Nothing = 2;

    /// <summary>The query that owns no cell has no token.</summary>
    private static Tensor Order => tensor([0L, 2L]);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void It_is_the_attention_that_misses_the_objects_of_what_is_meant(int behind, bool ofMentions)
    {
        using var scope = NewDisposeScope();
        using TorchLanguageModel language = SmallLanguage.Model();
        Pass pass = Read(language, length: 7 + behind);
        Tensor shares = pass.Shares(layer: ofMentions ? 0 : 1); // of three

        Check([(1, 3, Left)], Missing(1, 3, 2));
        Check([(0, 4, Everything)], Missing(0, 4, 2, 3));
        Check([(1, 3, Left), (1, 3, Everything)], (Missing(1, 3, 2) + Missing(1, 3, 2, 3)) / 2);
        Check([], 0);
        // What names nothing is to look at the first token, if it is a noun; what speaks of nothing is not asked.
        Check([(0, 3, Nothing)], ofMentions ? Missing(0, 3, 0) : 0);
        Check([(0, 4, Nothing), (1, 3, Left)], ofMentions ? (Missing(0, 4, 0) + Missing(1, 3, 2)) / 2 : Missing(1, 3, 2));

        // Where the tokens have another order, the left half is the second one.
        CheckOrdered([(1, 3, Left)], tensor([2L, 0L]), Missing(1, 3, 3));

        // From where the token stands behind the picture's: 3 + behind - 1 places further than in the prompt.
        double Missing(int row, int token, params int[] objects)
        {
            int place = token + 2 + behind;
            return Enumerable
                .Range(0, (int)shares.shape[1])
                .Average(head => -Math.Log(1e-6 + objects.Sum(at => shares[row, head, place, at].item<float>())));
        }

        void Check((int, int, int)[] subjects, double expected) => CheckOrdered(subjects, Order, expected);

        void CheckOrdered((int, int, int)[] subjects, Tensor order, double expected)
        {
            TrainingBatch batch = Batch() with { Subjects = ofMentions ? [] : subjects, Mentions = ofMentions ? subjects : [] };
            batch = subjects.Length == 0 ? batch with { SubjectMasks = null } : batch;
            ObjectAttentionLoss loss = pass.Loss(order, behind);
            Assert.Equal(expected, (ofMentions ? loss.OfMentions(batch) : loss.OfSubjects(batch)).item<float>(), 1e-4);
        }
    }

    /// <summary>From the words about a thing that is pointed at, the attention that misses the placeholder.</summary>
    [Fact]
    public void What_is_pointed_at_is_looked_at()
    {
        using var scope = NewDisposeScope();
        using TorchLanguageModel language = SmallLanguage.Model();
        Pass pass = Read(language, length: 7);
        Tensor shares = pass.Shares(layer: 1); // the subjects' layer of three
        ObjectAttentionLoss loss = pass.Loss(Order);
        Assert.Equal(0, loss.OfPointed(Batch()).item<float>());
        // Two places further than in the prompt, since the picture is three tokens.
        double expected = (Missing(0, 5, 4) + Missing(1, 6, 5)) / 2;
        Assert.Equal(expected, loss.OfPointed(Batch() with { Pointed = [(0, 3, 2), (1, 4, 3)] }).item<float>(), 1e-4);

        double Missing(int row, int from, int at) =>
            Enumerable
                .Range(0, (int)shares.shape[1])
                .Average(head => -Math.Log(1e-6 + shares[row, head, from, at].item<float>()));
    }

    /// <summary>Of n things and the first token, all looked at alike, the first token gets 1 / (1 + n).</summary>
    [Fact]
    public void Numbers_are_the_share_of_the_first_token()
    {
        using var scope = NewDisposeScope();
        using TorchLanguageModel language = SmallLanguage.Model();
        Pass pass = Read(language, length: 7);
        Tensor shares = pass.Shares(layer: 2); // the layer behind the subjects'

        Check([], 0);
        Check([(0, 3, Nothing, 0)], Distance(0, 3, 1));
        Check([(1, 3, Left, 1)], Distance(1, 3, 1 / 2.0, 2));
        Check([(0, 4, Everything, 3)], Distance(0, 4, 1 / 4.0, 2, 3));
        Check([(1, 3, Left, 1), (0, 4, Everything, 2)], (Distance(1, 3, 1 / 2.0, 2) + Distance(0, 4, 1 / 3.0, 2, 3)) / 2);

        double Distance(int row, int token, double start, params int[] objects) =>
            Enumerable
                .Range(0, (int)shares.shape[1])
                .Average(head =>
                    Entropy(start, shares[row, head, token + 2, 0].item<float>())
                    + Entropy(1 - start, objects.Sum(at => shares[row, head, token + 2, at].item<float>()))
                );

        static double Entropy(double wanted, double given) => wanted == 0 ? 0 : wanted * Math.Log(wanted / given);

        void Check((int, int, int, int)[] numbers, double expected)
        {
            TrainingBatch batch = Batch() with { Numbers = numbers };
            Assert.Equal(expected, pass.Loss(Order).OfNumbers(batch).item<float>(), 1e-4);
        }
    }

    /// <summary>Two rows of <paramref name="length"/> tokens, read by a model of three layers.</summary>
    private static Pass Read(TorchLanguageModel language, int length)
    {
        Tensor embeddings = cat([SmallLanguage.Prompt(length), SmallLanguage.Prompt(length, seed: 2)]);
        Tensor positions = ScalarArithmetic.Arange(length, int64, null).expand(2, length);
        var spliced = new SplicedPrompt(embeddings, ones(2, length), positions, null);
        var inputs = new List<Tensor>();
        language.Forward(embeddings, spliced.Mask, positions, inputs);
        return new Pass(language, spliced, inputs);
    }

    private sealed record Pass(TorchLanguageModel Language, SplicedPrompt Spliced, IReadOnlyList<Tensor> Inputs)
    {
        public Tensor Shares(int layer) =>
            Language.AttentionShares(layer, Inputs[layer], Spliced.Mask, Spliced.Positions);

        /// <param name="order">The query that each object token of a picture is of.</param>
        /// <param name="behind">Tokens of a picture behind its objects.</param>
        public ObjectAttentionLoss Loss(Tensor order, int behind = 0)
        {
            Tensor shown = zeros(3 + behind, 32);
            return new ObjectAttentionLoss(Language, Inputs, Spliced, [shown, shown], [order, order], behind, MaskLogits());
        }
    }

    private static TrainingBatch Batch()
    {
        long[] ids = [5, PromptPlaceholders.ImageId, 6, 7, 8];
        return new TrainingBatch(zeros(2, 3, 8, 8), new PromptTokens(tensor([.. ids, .. ids]).view(2, 5), ones(2, 5), null))
        {
            SubjectMasks = stack([Half(0), ones(8, 8), zeros(8, 8)]),
        };
    }

    /// <summary>(2, 3, 4, 4): the left half, one that is nowhere the most probable, the right half.</summary>
    private static Tensor MaskLogits()
    {
        Tensor logits = stack([Half(0).narrow(0, 0, 2).narrow(1, 2, 4), zeros(2, 4), Half(1).narrow(0, 0, 2).narrow(1, 2, 4)])
            .Sub(0.5)
            .expand(2, 3, 2, 4);
        return nn.functional.interpolate(logits, size: [4, 4]);
    }

    private static Tensor Half(int which)
    {
        Tensor half = zeros(8, 8);
        half.narrow(1, 4 * which, 4).FillInPlace(1);
        return half;
    }
}
