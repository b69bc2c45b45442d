using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Training.Losses;

/// <summary>
/// The first training stage's regularisation: an object query that goes through the visual projector and back through the text
/// projector shall come out as it was (paper section 3.3).
/// </summary>
internal static class ProjectorRegularizer
{
    /// <summary>The mean squared difference of object queries and what returns of them.</summary>
    /// <param name="visual">The visual projector.</param>
    /// <param name="text">The text projector.</param>
    /// <param name="perception">The images.</param>
    /// <returns>A float32 scalar.</returns>
    public static Tensor Compute(VisualProjector visual, TextProjector text, TorchPerception perception)
    {
        using var scope = NewDisposeScope();
        Tensor queries = Queries(perception.ObjectQueries, perception.Prior.Unassigned);
        Tensor query = queries.narrow(1, 0, visual.Config.QueryWidth); // without a class embedding, which no mask is asked by
        Tensor returned = Return(visual, text, queries).to(float32);
        return nn.functional.mse_loss(returned, query.to(float32)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The queries that take part, image after image. The published code means the valid ones but tests for a pixel that is
    /// <em>not</em> theirs, so only a query that owns its whole image is left out.
    /// </summary>
    /// <param name="objectQueries">(B, Q, 2C).</param>
    /// <param name="unassigned">Bool (B, Q, h * w).</param>
    /// <returns>(N, 2C).</returns>
    public static Tensor Queries(Tensor objectQueries, Tensor unassigned)
    {
        using var scope = NewDisposeScope();
        Tensor taking = unassigned.any(dim: 2).flatten().nonzero().squeeze(1);
        return objectQueries.flatten(0, 1).index_select(0, taking).MoveToOuterDisposeScope();
    }

    /// <summary>Queries after the way to the language model's space and back.</summary>
    /// <param name="visual">The visual projector.</param>
    /// <param name="text">The text projector.</param>
    /// <param name="queries">(N, 2C).</param>
    /// <returns>(N, 2C).</returns>
    public static Tensor Return(VisualProjector visual, TextProjector text, Tensor queries)
    {
        using var scope = NewDisposeScope();
        return text.Project(visual.ProjectObjects(queries)).MoveToOuterDisposeScope();
    }
}
