using OmgLlava.Alignment;
using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Perception;
using OmgLlava.Tests.Language;
using OmgLlava.Training;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Losses;

/// <summary>A prompt of two rows: a token, the picture's, three tokens. The picture's are a separator, the objects of the left and the right half, and what stands behind.</summary>
public class ObjectAttentionLossTests
{
    private const int Left = 0;
    private const int Everything = 1;
    private const int Nothing = 2;

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void It_is_the_attention_that_misses_the_objects_of_what_is_meant(int behind, bool ofMentions)
    {
        using var scope = NewDisposeScope();
        using InternLm2 language = SmallLanguage.Model();
        int length = 7 + behind;
        Tensor embeddings = cat([SmallLanguage.Prompt(length), SmallLanguage.Prompt(length, seed: 2)]);
        Tensor positions = ScalarArithmetic.Arange(length, int64, null).expand(2, length);
        var spliced = new SplicedPrompt(embeddings, ones(2, length), positions, null);
        var inputs = new List<Tensor>();
        language.Forward(embeddings, spliced.Mask, positions, inputs);
        int layer = ofMentions ? 0 : 1; // of two
        Tensor shares = language.AttentionShares(layer, inputs[layer], spliced.Mask, positions);

        Check([(1, 3, Left)], Missing(1, 3, 2));
        Check([(0, 4, Everything)], Missing(0, 4, 2, 3));
        Check([(1, 3, Left), (1, 3, Everything)], (Missing(1, 3, 2) + Missing(1, 3, 2, 3)) / 2);
        Check([], 0);
        // What names nothing is to look at the first token, if it is a noun; what speaks of nothing is not asked.
        Check([(0, 3, Nothing)], ofMentions ? Missing(0, 3, 0) : 0);
        Check([(0, 4, Nothing), (1, 3, Left)], ofMentions ? (Missing(0, 4, 0) + Missing(1, 3, 2)) / 2 : Missing(1, 3, 2));

        // From where the token stands behind the picture's: 3 + behind - 1 places further than in the prompt.
        double Missing(int row, int token, params int[] objects)
        {
            int place = token + 2 + behind;
            return Enumerable.Range(0, (int)shares.shape[1]).Average(head => -Math.Log(1e-6 + objects.Sum(at => shares[row, head, place, at].item<float>())));
        }

        void Check((int, int, int)[] subjects, double expected)
        {
            long[] ids = [5, PromptPlaceholders.ImageId, 6, 7, 8];
            var batch = new TrainingBatch(zeros(2, 3, 8, 8), new PromptTokens(tensor([.. ids, .. ids]).view(2, 5), ones(2, 5), null))
            {
                SubjectMasks = subjects.Length == 0 ? null : stack([Half(0), ones(8, 8), zeros(8, 8)]),
                Subjects = ofMentions ? [] : subjects,
                Mentions = ofMentions ? subjects : [],
            };
            Tensor shown = zeros(3 + behind, 32);
            var loss = new ObjectAttentionLoss(language, inputs, spliced, [shown, shown], behind, Perception());
            Assert.Equal(expected, (ofMentions ? loss.OfMentions(batch) : loss.OfSubjects(batch)).item<float>(), 1e-4);
        }
    }

    /// <summary>Three queries: the left half, one that is nowhere the most probable, the right half.</summary>
    private static ImagePerception Perception()
    {
        Tensor logits = stack([Half(0).narrow(0, 0, 2).narrow(1, 2, 4), zeros(2, 4), Half(1).narrow(0, 0, 2).narrow(1, 2, 4)]).Sub(0.5).expand(2, 3, 2, 4);
        Tensor unassigned = stack([zeros(4), ones(4), zeros(4)]).to(ScalarType.Bool).expand(2, 3, 4);
        Tensor none = zeros(2, 3, 1);
        return new ImagePerception((8, 8), null!, none, none, nn.functional.interpolate(logits, size: [4, 4]), none, none, new PerceptionPrior(none, unassigned));
    }

    private static Tensor Half(int which)
    {
        Tensor half = zeros(8, 8);
        half.narrow(1, 4 * which, 4).FillInPlace(1);
        return half;
    }
}
