using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>What the mask decoder makes of a set of queries.</summary>
/// <param name="Content">(Q, C): output of the last layer, before the final norm.</param>
/// <param name="Normalized">(Q, C): the same after the final norm.</param>
/// <param name="MaskLogits">(Q, h, w), a quarter or half of the input's sides: positive inside the mask.</param>
internal sealed record DecodedQueries(Tensor Content, Tensor Normalized, Tensor MaskLogits) : IDisposable
{
    /// <summary>(Q, 2C) or (Q, 2C + E): content, position and, where there are any, class embeddings side by side, the form in
    /// which an object goes to the language model.</summary>
    /// <param name="position">(Q, C).</param>
    /// <param name="classes">(Q, E), unit length; null as published.</param>
    public Tensor Joined(Tensor position, Tensor? classes = null)
    {
        int width = Content.Width;
        var joined = new Tensor(Content.Rows, (2 * width) + (classes?.Width ?? 0));
        for (int q = 0; q < Content.Rows; q++)
        {
            Content.Row(q).CopyTo(joined.Row(q));
            position.Row(q).CopyTo(joined.Row(q)[width..]);
            if (classes is not null)
            {
                Span<float> behind = joined.Row(q)[(2 * width)..];
                classes.Row(q).CopyTo(behind);
                RowMath.Scale(behind, ClassHead.HeightBeside(classes.Width));
            }
        }

        return joined;
    }

    public void Dispose()
    {
        Content.Dispose();
        Normalized.Dispose();
        MaskLogits.Dispose();
    }
}
