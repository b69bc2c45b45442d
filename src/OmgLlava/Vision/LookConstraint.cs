using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>
/// Where the queries of visual prompts may look, whatever masks they predict: a box query only inside its box, a region query
/// exactly at its region.
/// </summary>
/// <param name="Regions">(Q, H, W), 1 inside, at any resolution; null when every query is bounded by
/// <paramref name="Boxes"/>.</param>
/// <param name="Boxes">(Q, 4): x0, y0, x1, y1 relative to the image, in 0..1; not looked at when there are regions.</param>
internal sealed record LookConstraint(Tensor? Regions, Tensor? Boxes)
{
    /// <summary>Takes what a query may not look at out of what its mask shows, or puts its region there.</summary>
    /// <param name="query">The query.</param>
    /// <param name="visible">(height * width): not 0 inside the predicted mask.</param>
    /// <param name="height">Cells of the level.</param>
    /// <param name="width">Cells of the level.</param>
    public void Apply(int query, Span<byte> visible, int height, int width)
    {
        if (Regions is not null)
        {
            (int rows, int columns) = (Regions.Shape[1], Regions.Shape[2]);
            for (int cell = 0; cell < visible.Length; cell++)
            {
                int y = Nearest(cell / width, rows, height);
                int x = Nearest(cell % width, columns, width);
                visible[cell] = Regions.Row((query * rows) + y)[x] > 0.5f ? (byte)1 : (byte)0;
            }

            return;
        }

        Span<float> box = Boxes!.Row(query);
        (float left, float right) = Cells(box[0], box[2], width);
        (float top, float bottom) = Cells(box[1], box[3], height);
        for (int cell = 0; cell < visible.Length; cell++)
        {
            (int x, int y) = (cell % width, cell / width);
            visible[cell] = x >= left && x < right && y >= top && y < bottom ? visible[cell] : (byte)0;
        }
    }

    /// <summary>The cells that a span touches: from floor(start) to floor(end + 1), end exclusive.</summary>
    private static (float First, float End) Cells(float start, float end, int count) =>
        (MathF.Floor(Math.Clamp(start, 0, 1) * count), MathF.Floor((Math.Clamp(end, 0, 1) * count) + 1));

    private static int Nearest(int cell, int source, int target) => Math.Min((int)(cell * ((float)source / target)), source - 1);
}
