using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>Bilinear resizing.</summary>
internal abstract unsafe partial class Kernels
{
    /// <summary>Resizes a map (H, W, C), and adds what is there where a target is given.</summary>
    /// <param name="map">(H, W, C).</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    /// <param name="sum">(height, width, C) to add to; null for new memory.</param>
    /// <returns>The sum, or the resized map.</returns>
    public Tensor Resize(Tensor map, int height, int width, Tensor? sum = null)
    {
        int channels = map.Shape[2];
        Tensor result = sum ?? Tensor.Zeros(height, width, channels);
        ResizeTaps[] rows = ResizeTaps.Of(map.Shape[0], height);
        ResizeTaps[] columns = ResizeTaps.Of(map.Shape[1], width);
        float* from = map.Data;
        float* to = result.Data;
        long stride = (long)map.Shape[1] * channels;
        Share(
            height,
            1,
            (y, _) =>
            {
                float* upper = from + (rows[y].First * stride);
                float* lower = from + (rows[y].Second * stride);
                float* target = to + ((long)y * width * channels);
                foreach (ResizeTaps tap in columns)
                {
                    Blend(upper, lower, tap, rows[y].Weight, channels, target);
                    target += channels;
                }
            }
        );
        return result;
    }

    /// <summary>Resizes planes, such as masks, and cuts a window out of each.</summary>
    /// <param name="planes">(N, h, w).</param>
    /// <param name="size">Height and width of the resized planes.</param>
    /// <param name="window">Of these: first row and column, height, width.</param>
    /// <returns>(N, window height, window width).</returns>
    public Tensor ResizePlanes(Tensor planes, (int Height, int Width) size, (int Y, int X, int Height, int Width) window)
    {
        (int count, int height, int width) = (planes.Shape[0], planes.Shape[1], planes.Shape[2]);
        var result = new Tensor(count, window.Height, window.Width);
        ResizeTaps[] rows = ResizeTaps.Of(height, size.Height);
        ResizeTaps[] columns = ResizeTaps.Of(width, size.Width)[window.X..(window.X + window.Width)];
        float* from = planes.Data;
        float* to = result.Data;
        const int RowsAtOnce = 16;
        int bands = (window.Height + RowsAtOnce - 1) / RowsAtOnce;
        Team.Run(
            count * bands,
            chunk =>
            {
                using var mixed = new Tensor(width);
                (int plane, int first) = (chunk / bands, chunk % bands * RowsAtOnce);
                for (int y = first; y < Math.Min(window.Height, first + RowsAtOnce); y++)
                {
                    ResizeTaps row = rows[window.Y + y];
                    float* source = from + ((long)plane * height * width);
                    float* line = mixed.Data;
                    new Span<float>(line, width).Clear();
                    AddScaled(line, source + ((long)row.First * width), 1 - row.Weight, width);
                    AddScaled(line, source + ((long)row.Second * width), row.Weight, width);
                    float* target = to + ((((long)plane * window.Height) + y) * window.Width);
                    for (int x = 0; x < window.Width; x++)
                    {
                        ResizeTaps column = columns[x];
                        target[x] = (line[column.First] * (1 - column.Weight)) + (line[column.Second] * column.Weight);
                    }
                }
            }
        );
        return result;
    }

    /// <summary>y += the mean of four pixels.</summary>
    protected abstract void Blend(float* upper, float* lower, ResizeTaps column, float lowerWeight, int channels, float* y);
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Blend(float* upper, float* lower, ResizeTaps column, float lowerWeight, int channels, float* y)
    {
        float* a = upper + ((long)column.First * channels);
        float* b = upper + ((long)column.Second * channels);
        float* c = lower + ((long)column.First * channels);
        float* d = lower + ((long)column.Second * channels);
        (float left, float right, float top) = (1 - column.Weight, column.Weight, 1 - lowerWeight);
        TV l = TS.All(left),
            r = TS.All(right),
            t = TS.All(top),
            w = TS.All(lowerWeight);
        int i = 0;
        for (; i + TS.Count <= channels; i += TS.Count)
        {
            TV above = TS.MultiplyAdd(l, TS.Load(a + i), TS.Multiply(r, TS.Load(b + i)));
            TV below = TS.MultiplyAdd(l, TS.Load(c + i), TS.Multiply(r, TS.Load(d + i)));
            TS.Store(TS.Add(TS.Load(y + i), TS.MultiplyAdd(t, above, TS.Multiply(w, below))), y + i);
        }

        for (; i < channels; i++)
        {
            y[i] += (top * ((left * a[i]) + (right * b[i]))) + (lowerWeight * ((left * c[i]) + (right * d[i])));
        }
    }
}
