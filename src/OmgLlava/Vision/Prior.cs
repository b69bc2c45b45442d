using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// The perception prior embedding (paper section 3.2): every pixel of the coarse grid gets the mean of the object queries,
/// weighted by how probably it belongs
/// to each.
/// </summary>
/// <param name="PixelQueries">(h * w, 2C).</param>
/// <param name="Valid">Of each query whether it is some cell's most probable object: only such give an object token.</param>
internal sealed record Prior(Tensor PixelQueries, bool[] Valid) : IDisposable
{
    /// <summary>Computes the prior of an image.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="classLogits">(Q, K + 1), the void class last.</param>
    /// <param name="maskLogits">(Q, H', W') at any resolution; they count as enlarged to the image bilinearly.</param>
    /// <param name="objectQueries">(Q, 2C).</param>
    /// <param name="image">Height and width of the model's input.</param>
    /// <param name="grid">Height h and width w of the coarse grid.</param>
    /// <param name="form">Whether scores are smoothed, as in the code, or plain, as in the paper's equation.</param>
    /// <param name="objectGrid">Height and width of the grid whose cells objects own; null for the coarse one, as
    /// published.</param>
    /// <param name="distinct">Whether a query whose mask is that of a more probable one owns nothing.</param>
    public static Prior Compute(
        Kernels kernels,
        Tensor classLogits,
        Tensor maskLogits,
        Tensor objectQueries,
        (int Height, int Width) image,
        (int Height, int Width) grid,
        PriorForm form,
        (int Height, int Width)? objectGrid = null,
        bool distinct = false
    )
    {
        float[] scores = Scores(classLogits, form);
        using Tensor probability = Probability(kernels, maskLogits, scores, image, grid); // (Q, h * w)
        using Tensor? fine =
            objectGrid is { } other && other != grid ? Probability(kernels, maskLogits, scores, image, other) : null;
        bool[]? repeats = distinct
            ? RepeatedMasks.Find(maskLogits, [.. Enumerable.Range(0, scores.Length)], scores)
            : null;
        bool[] valid = ObjectTokens.Owners(fine ?? probability, repeats);
        using Tensor weights = SoftmaxOverQueries(probability); // (h * w, Q)
        using PackedMatrix queries = PackedMatrix.Transposed(kernels, objectQueries);
        return new Prior(kernels.Multiply(weights, queries), valid);
    }

    public void Dispose() => PixelQueries.Dispose();

    /// <summary>The probability of the most probable real class; halfway to 1 in the published code.</summary>
    private static float[] Scores(Tensor classLogits, PriorForm form)
    {
        float[] scores = new float[classLogits.Rows];
        for (int q = 0; q < scores.Length; q++)
        {
            Span<float> logits = classLogits.Row(q);
            float most = RowMath.Max(logits);
            float sum = 0;
            foreach (float logit in logits)
            {
                sum += MathF.Exp(logit - most);
            }

            float score = MathF.Exp(RowMath.Max(logits[..^1]) - most) / sum;
            scores[q] = form == PriorForm.Concatenation ? (score * 0.5f) + 0.5f : score;
        }

        return scores;
    }

    /// <summary>
    /// (Q, h * w): masks enlarged to the image, made probabilities there, reduced to the grid, both bilinearly, and weighed by
    /// the scores. Each cell draws on
    /// two rows and two columns of the enlargement, so only those are computed.
    /// </summary>
    private static Tensor Probability(
        Kernels kernels,
        Tensor maskLogits,
        float[] scores,
        (int Height, int Width) image,
        (int Height, int Width) grid
    )
    {
        var result = new Tensor(maskLogits.Shape[0], grid.Height * grid.Width);
        (ResizeTaps[] rows, ResizeTaps[] columns) = (
            ResizeTaps.Of(image.Height, grid.Height),
            ResizeTaps.Of(image.Width, grid.Width)
        );
        (ResizeTaps[] upRows, ResizeTaps[] upColumns) = (
            ResizeTaps.Of(maskLogits.Shape[1], image.Height),
            ResizeTaps.Of(maskLogits.Shape[2], image.Width)
        );
        int height = maskLogits.Shape[1];
        kernels.Team.Run(
            scores.Length,
            q =>
            {
                Span<float> row = result.Row(q);
                for (int cell = 0; cell < row.Length; cell++)
                {
                    (ResizeTaps y, ResizeTaps x) = (rows[cell / grid.Width], columns[cell % grid.Width]);
                    float sum =
                        ((1 - y.Weight) * (1 - x.Weight) * At(y.First, x.First))
                        + ((1 - y.Weight) * x.Weight * At(y.First, x.Second))
                        + (y.Weight * (1 - x.Weight) * At(y.Second, x.First))
                        + (y.Weight * x.Weight * At(y.Second, x.Second));
                    row[cell] = sum * scores[q];
                }

                float At(int y, int x)
                {
                    (ResizeTaps down, ResizeTaps along) = (upRows[y], upColumns[x]);
                    Span<float> upper = maskLogits.Row((q * height) + down.First);
                    Span<float> lower = maskLogits.Row((q * height) + down.Second);
                    float above = (upper[along.First] * (1 - along.Weight)) + (upper[along.Second] * along.Weight);
                    float below = (lower[along.First] * (1 - along.Weight)) + (lower[along.Second] * along.Weight);
                    return 1 / (1 + MathF.Exp(-((above * (1 - down.Weight)) + (below * down.Weight))));
                }
            }
        );
        return result;
    }

    /// <summary>(cells, Q).</summary>
    private static Tensor SoftmaxOverQueries(Tensor probability)
    {
        var weights = new Tensor(probability.Width, probability.Rows);
        for (int cell = 0; cell < probability.Width; cell++)
        {
            Span<float> row = weights.Row(cell);
            for (int q = 0; q < row.Length; q++)
            {
                row[q] = probability.Row(q)[cell];
            }

            RowMath.Softmax(row);
        }

        return weights;
    }
}
