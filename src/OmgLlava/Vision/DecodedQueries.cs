using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>What the mask decoder makes of a set of queries.</summary>
/// <param name="Content">(Q, C): output of the last layer, before the final norm.</param>
/// <param name="Normalized">(Q, C): the same after the final norm.</param>
/// <param name="MaskLogits">(Q, h, w), a quarter or half of the input's sides: positive inside the mask.</param>
internal sealed record DecodedQueries(Tensor Content, Tensor Normalized, Tensor MaskLogits) : IDisposable
{
    /// <summary>(Q, 2C): content and position side by side, the form in which an object goes to the language model.</summary>
    public Tensor Joined(Tensor position)
    {
        int width = Content.Width;
        var joined = new Tensor(Content.Rows, 2 * width);
        for (int q = 0; q < Content.Rows; q++)
        {
            Content.Row(q).CopyTo(joined.Row(q));
            position.Row(q).CopyTo(joined.Row(q)[width..]);
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
