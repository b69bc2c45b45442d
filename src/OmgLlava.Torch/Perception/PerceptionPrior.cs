using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;
using ResizeTaps = OmgLlava.Engine.ResizeTaps;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// The perception prior embedding (paper section 3.2): every pixel of the coarse grid gets the mean of the object queries,
/// weighted by how probably it belongs to each.
/// </summary>
/// <param name="PixelQueries">(B, h * w, 2C).</param>
/// <param name="Unassigned">Bool (B, Q, cells), of the coarse grid unless a finer one was asked for: false where the query is the
/// cell's most probable object. A query with no false at all is not valid and gives no object token.</param>
internal sealed record PerceptionPrior(Tensor PixelQueries, Tensor Unassigned)
{
    /// <summary>IoU from which two masks are of the same object.</summary>
    private const double SameObject = 0.6;

    /// <summary>Computes the prior of a batch.</summary>
    /// <param name="classLogits">(B, Q, K + 1), the void class last.</param>
    /// <param name="maskLogits">(B, Q, H', W') at any resolution; they count as enlarged to the image bilinearly.</param>
    /// <param name="objectQueries">(B, Q, 2C).</param>
    /// <param name="image">Height and width of the model's input.</param>
    /// <param name="grid">Height h and width w of the coarse grid.</param>
    /// <param name="form">Whether scores are smoothed, as in the code, or plain, as in the paper's equation.</param>
    /// <param name="objectGrid">Height and width of the grid whose cells objects own; null for the coarse one, as
    /// published.</param>
    /// <param name="distinct">Whether a query whose mask is that of a more probable one owns nothing. Not in the published
    /// code.</param>
    public static PerceptionPrior Compute(
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
        using var scope = NewDisposeScope();
        Tensor score = Scores(classLogits, form).unsqueeze(-1); // (B, Q, 1)
        Tensor probability = Probability(grid); // (B, Q, h * w)
        Tensor weights = probability.softmax(1);
        Tensor pixelQueries = weights.transpose(1, 2).matmul(objectQueries.to(weights.dtype)); // (B, h * w, 2C)
        Tensor owning = objectGrid is { } fine && fine != grid ? Probability(fine) : probability; // (B, Q, cells)
        // below every probability
        owning = distinct ? owning.sub(Repeats(maskLogits, score.squeeze(-1)).to(float32).Mul(2).unsqueeze(-1)) : owning;
        Tensor owner = owning.argmax(1, keepdim: true); // (B, 1, cells)
        Tensor index = ScalarArithmetic.Arange(classLogits.shape[1], int64, owner.device).reshape(1, -1, 1);
        return new PerceptionPrior(pixelQueries.MoveToOuterDisposeScope(), owner.ne(index).MoveToOuterDisposeScope());

        Tensor Probability((int Height, int Width) cells) => CoarseMasks(maskLogits, image, cells).flatten(2).mul(score);
    }

    /// <summary>The most probable valid object of every pixel, as masks for display.</summary>
    /// <param name="classLogits">(Q, K + 1).</param>
    /// <param name="maskLogits">(Q, H, W) at the resolution of the result.</param>
    /// <param name="unassigned">Bool (Q, h * w), from <see cref="Unassigned"/>.</param>
    /// <param name="form">How the prior was computed.</param>
    /// <returns>Bool (valid queries, H, W).</returns>
    public static Tensor DisplayMasks(Tensor classLogits, Tensor maskLogits, Tensor unassigned, PriorForm form)
    {
        using var scope = NewDisposeScope();
        Tensor valid = unassigned.logical_not().any(dim: 1).nonzero().squeeze(-1);
        Tensor score = Scores(classLogits, form).index_select(0, valid).reshape(-1, 1, 1);
        Tensor owner = maskLogits.index_select(0, valid).sigmoid().mul(score).argmax(0, keepdim: true); // (1, H, W)
        return owner.eq(ScalarArithmetic.Arange(valid.shape[0], int64, owner.device).reshape(-1, 1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>(..., Q): the probability of the most probable real class; halfway to 1 in the published code.</summary>
    private static Tensor Scores(Tensor classLogits, PriorForm form)
    {
        Tensor score = classLogits.to(float32).softmax(-1).narrow(-1, 0, classLogits.shape[^1] - 1).amax([-1]);
        return form == PriorForm.Concatenation ? score.Mul(0.5).Add(0.5) : score;
    }

    /// <summary>Bool (B, Q): whether a more probable query, of equal ones the first, has nearly the same mask.</summary>
    private static Tensor Repeats(Tensor maskLogits, Tensor score)
    {
        using var scope = NewDisposeScope();
        Tensor inside = maskLogits.Gt(0).to(float32).flatten(2); // (B, Q, H' * W')
        Tensor both = inside.matmul(inside.transpose(1, 2)); // (B, Q, Q)
        Tensor areas = inside.sum(2);
        Tensor either = areas.unsqueeze(1).Add(areas.unsqueeze(2)).sub(both);
        Tensor same = both.Gt(0).logical_and(both.ge(either.Mul(SameObject)));
        Tensor index = ScalarArithmetic.Arange(score.shape[1], int64, score.device);
        (Tensor own, Tensor other) = (score.unsqueeze(2), score.unsqueeze(1));
        Tensor earlier = index.unsqueeze(0).lt(index.unsqueeze(1)); // (Q, Q): the other one before the own
        Tensor better = other.gt(own).logical_or(other.eq(own).logical_and(earlier));
        return same.logical_and(better).any(2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// (B, Q, h, w): masks enlarged to the image, made probabilities there, and reduced to the grid, both bilinearly. Each grid
    /// cell draws on two rows and two columns of the enlargement, so only those are computed.
    /// </summary>
    private static Tensor CoarseMasks(Tensor maskLogits, (int Height, int Width) image, (int Height, int Width) grid)
    {
        Device device = maskLogits.device;
        ResizeTaps[] rows = ResizeTaps.Of(image.Height, grid.Height);
        ResizeTaps[] columns = ResizeTaps.Of(image.Width, grid.Width);
        Tensor rowMatrix = BilinearResize.Matrix(
            (int)maskLogits.shape[2],
            image.Height,
            [.. rows.SelectMany(t => (int[])[t.First, t.Second])],
            device
        );
        Tensor columnMatrix = BilinearResize.Matrix(
            (int)maskLogits.shape[3],
            image.Width,
            [.. columns.SelectMany(t => (int[])[t.First, t.Second])],
            device
        );
        Tensor probability = rowMatrix
            .matmul(maskLogits.to(float32))
            .matmul(columnMatrix.t())
            .sigmoid() // (B, Q, 2h, 2w)
            .unflatten(3, grid.Width, 2)
            .unflatten(2, grid.Height, 2); // (B, Q, h, 2, w, 2)
        Tensor rowWeights = Weights(rows, device).reshape(grid.Height, 2, 1, 1);
        Tensor columnWeights = Weights(columns, device).reshape(1, 1, grid.Width, 2);
        return probability.mul(rowWeights).mul(columnWeights).sum([3, 5]);
    }

    private static Tensor Weights(ResizeTaps[] taps, Device device) =>
        tensor([.. taps.SelectMany(t => (float[])[1 - t.Weight, t.Weight])], device: device);
}
