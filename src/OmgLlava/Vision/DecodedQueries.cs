using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>What the mask decoder makes of a set of queries.</summary>
/// <param name="Content">(Q, C): output of the last layer, before the final norm.</param>
/// <param name="Normalized">(Q, C): the same after the final norm.</param>
/// <param name="MaskLogits">(Q, h, w), a quarter or half of the input's sides: positive inside the mask.</param>
internal sealed record DecodedQueries(Tensor Content, Tensor Normalized, Tensor MaskLogits) : IDisposable
{
    /// <summary>(Q, 2C + K + 11): content, position and, where they are given, class probabilities and shares of colours side by
    /// side, the form in which an object goes to the language model.</summary>
    /// <param name="position">(Q, C).</param>
    /// <param name="classLogits">(Q, K + 1), the void class last; null as published.</param>
    /// <param name="colors">The colour of each of a mask's cells; null as published.</param>
    public Tensor Joined(Tensor position, Tensor? classLogits = null, byte[]? colors = null)
    {
        int width = Content.Width;
        int classes = classLogits?.Width - 1 ?? 0;
        var joined = new Tensor(Content.Rows, (2 * width) + classes + (colors is null ? 0 : ColorNames.All.Count));
        for (int q = 0; q < Content.Rows; q++)
        {
            Content.Row(q).CopyTo(joined.Row(q));
            position.Row(q).CopyTo(joined.Row(q)[width..]);
            if (classLogits is not null)
            {
                float[] scores = classLogits.Row(q).ToArray();
                RowMath.Softmax(scores);
                scores.AsSpan(..^1).CopyTo(joined.Row(q)[(2 * width)..]);
            }

            if (colors is not null)
            {
                int cells = colors.Length;
                ColorCells.Shares(colors, MaskLogits.Span.Slice(q * cells, cells), joined.Row(q)[((2 * width) + classes)..]);
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
