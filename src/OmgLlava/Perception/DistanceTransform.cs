namespace OmgLlava.Perception;

/// <summary>
/// The approximate distance transform that picks the point of a region prompt. The published code grows the background by one
/// ring of cells at a time (kornia's convolutional distance transform); only cells next to the boundary can change in a step, so
/// following that front gives the same values in one pass over the region.
/// </summary>
internal static class DistanceTransform
{
    private const float Bandwidth = 0.35f;

    /// <summary>The cell with the largest distance to the background, the first one in row-major order among equals.</summary>
    /// <param name="mask">Row-major, true inside; cells outside the array are background.</param>
    /// <param name="width">Width of the mask.</param>
    /// <param name="height">Height of the mask.</param>
    public static (int X, int Y) Center(ReadOnlySpan<bool> mask, int width, int height)
    {
        float[] distance = Compute(mask, width, height);
        int best = 0;
        for (int i = 1; i < distance.Length; i++)
        {
            if (distance[i] > distance[best])
            {
                best = i;
            }
        }

        return (best % width, best / width);
    }

    /// <summary>Distances to the background in cells (approximate); 0 outside the mask.</summary>
    public static float[] Compute(ReadOnlySpan<bool> mask, int width, int height)
    {
        int stride = width + 2; // one ring of background around the mask
        var background = new bool[stride * (height + 2)];
        Array.Fill(background, true);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                background[((y + 1) * stride) + x + 1] = !mask[(y * width) + x];
            }
        }

        float[] distance = new float[background.Length];
        List<int> front = InitialFront(background, stride, height + 2);
        for (int step = 0; front.Count > 0; step++)
        {
            int offset = 3 * step / 2;
            foreach (int cell in front)
            {
                distance[cell] = offset + (-Bandwidth * MathF.Log(Near(background, cell, stride)));
            }

            front = Advance(background, front, stride);
        }

        var result = new float[width * height];
        for (int y = 0; y < height; y++)
        {
            Array.Copy(distance, ((y + 1) * stride) + 1, result, y * width, width);
        }

        return result;
    }

    private static List<int> InitialFront(bool[] background, int stride, int rows)
    {
        var front = new List<int>();
        for (int cell = stride; cell < stride * (rows - 1); cell++)
        {
            if (!background[cell] && Near(background, cell, stride) > 0)
            {
                front.Add(cell);
            }
        }

        return front;
    }

    /// <summary>Turns the front into background and returns the cells that now touch it.</summary>
    private static List<int> Advance(bool[] background, List<int> front, int stride)
    {
        foreach (int cell in front)
        {
            background[cell] = true;
        }

        var next = new HashSet<int>();
        foreach (int cell in front)
        {
            foreach (
                int neighbour in (ReadOnlySpan<int>)[-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1]
            )
            {
                if (!background[cell + neighbour])
                {
                    next.Add(cell + neighbour);
                }
            }
        }

        return [.. next];
    }

    /// <summary>The sum of exp(-d / bandwidth) over the background among the eight neighbours.</summary>
    private static float Near(bool[] background, int cell, int stride)
    {
        float straight = MathF.Exp(-1 / Bandwidth);
        float diagonal = MathF.Exp(-MathF.Sqrt(2) / Bandwidth);
        float sum = 0;
        sum += background[cell - stride - 1] ? diagonal : 0;
        sum += background[cell - stride] ? straight : 0;
        sum += background[cell - stride + 1] ? diagonal : 0;
        sum += background[cell - 1] ? straight : 0;
        sum += background[cell + 1] ? straight : 0;
        sum += background[cell + stride - 1] ? diagonal : 0;
        sum += background[cell + stride] ? straight : 0;
        sum += background[cell + stride + 1] ? diagonal : 0;
        return sum;
    }
}
