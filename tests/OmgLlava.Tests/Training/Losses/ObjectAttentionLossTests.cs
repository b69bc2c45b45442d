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
    [InlineData(0)]
    [InlineData(1)]
    public void It_is_the_attention_that_misses_the_objects_of_the_subject(int behind)
    {
        using var scope = NewDisposeScope();
        using InternLm2 language = SmallLanguage.Model();
        int length = 7 + behind;
        Tensor embeddings = cat([SmallLanguage.Prompt(length), SmallLanguage.Prompt(length, seed: 2)]);
        Tensor positions = ScalarArithmetic.Arange(length, int64, null).expand(2, length);
        var spliced = new SplicedPrompt(embeddings, ones(2, length), positions, null);
        var inputs = new List<Tensor>();
        language.Forward(embeddings, spliced.Mask, positions, inputs);
        Tensor shares = language.AttentionShares(1, inputs[1], spliced.Mask, positions);

        Check([(1, 3, Left)], Missing(1, 2));
        Check([(0, 4, Everything)], Missing(0, 2, 3));
        Check([(0, 4, Nothing), (1, 3, Left)], Missing(1, 2));
        Check([(0, 3, Nothing)], 0);
        Check([(1, 3, Left), (1, 3, Everything)], (Missing(1, 2) + Missing(1, 2, 3)) / 2);
        Check([], 0);

        // From where the token stands behind the picture's: 3 + behind - 1 places further than in the prompt.
        double Missing(int row, params int[] objects)
        {
            int place = (row == 0 ? 4 : 3) + 2 + behind;
            return Enumerable.Range(0, (int)shares.shape[1]).Average(head => -Math.Log(objects.Sum(at => shares[row, head, place, at].item<float>())));
        }

        void Check((int, int, int)[] subjects, double expected)
        {
            long[] ids = [5, PromptPlaceholders.ImageId, 6, 7, 8];
            var batch = new TrainingBatch(zeros(2, 3, 8, 8), new PromptTokens(tensor([.. ids, .. ids]).view(2, 5), ones(2, 5), null))
            {
                SubjectMasks = subjects.Length == 0 ? null : stack([Half(0), ones(8, 8), zeros(8, 8)]),
                Subjects = subjects,
            };
            Tensor shown = zeros(3 + behind, 32);
            Assert.Equal(expected, ObjectAttentionLoss.Compute(language, inputs, spliced, batch, [shown, shown], behind, Perception()).item<float>(), 1e-4);
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
