using System.Runtime.CompilerServices;

namespace OmgLlava.Engine;

/// <summary>Convolutions and pooling of maps (H, W, C).</summary>
internal abstract unsafe partial class Kernels
{
    private const int WideWindow = 1024; // numbers under a window from which fewer rows are gathered at once
    private const int DepthwiseRows = 8;

    /// <summary>A dense convolution.</summary>
    /// <param name="map">(H, W, C).</param>
    /// <param name="convolution">Weights and window.</param>
    /// <param name="activation">What follows.</param>
    /// <returns>(H', W', out).</returns>
    public Tensor Convolve(Tensor map, Convolution convolution, Activation activation = Activation.None)
    {
        (int height, int width, int channels) = (map.Shape[0], map.Shape[1], map.Shape[2]);
        (int newHeight, int newWidth) = (convolution.Output(height), convolution.Output(width));
        PackedMatrix weights = convolution.Weights;
        var result = new Tensor(newHeight, newWidth, weights.Rows);
        if (convolution is { Kernel: 1, Stride: 1, Padding: 0 })
        {
            Multiply(map, weights, result, activation);
            return result;
        }

        int rows = weights.Columns > WideWindow ? RowsPerChunk / 2 : RowsPerChunk;
        float* from = map.Data;
        float* to = result.Data;
        Share(
            newHeight * newWidth,
            rows,
            (start, count) =>
            {
                using var windows = new Tensor(count, weights.Columns);
                for (int i = 0; i < count; i++)
                {
                    (int y, int x) = ((start + i) / newWidth, (start + i) % newWidth);
                    Gather(
                        from,
                        (height, width, channels),
                        (y * convolution.Stride) - convolution.Padding,
                        (x * convolution.Stride) - convolution.Padding,
                        convolution.Kernel,
                        windows.Data + ((long)i * weights.Columns)
                    );
                }

                Block(
                    windows.Data,
                    weights.Columns,
                    count,
                    weights,
                    0,
                    weights.Panels,
                    to + ((long)start * weights.Rows),
                    weights.Rows,
                    activation,
                    add: false
                );
            }
        );
        return result;
    }

    /// <summary>The 7 x 7 convolution of each channel alone.</summary>
    /// <param name="map">(H, W, C).</param>
    /// <param name="convolution">Weights.</param>
    /// <returns>(H, W, C).</returns>
    public Tensor Convolve(Tensor map, DepthwiseConvolution convolution)
    {
        (int height, int width, int channels) = (map.Shape[0], map.Shape[1], map.Shape[2]);
        var result = new Tensor(height, width, channels);
        float* from = map.Data;
        float* to = result.Data;
        int bands = (height + DepthwiseRows - 1) / DepthwiseRows;
        Team.Run(
            bands * convolution.Blocks,
            chunk =>
            {
                (int top, int block) = (chunk / convolution.Blocks * DepthwiseRows, chunk % convolution.Blocks);
                int rows = Math.Min(DepthwiseRows, height - top);
                int first = block * DepthwiseConvolution.BlockChannels;
                int count = Math.Min(DepthwiseConvolution.BlockChannels, channels - first);
                using Tensor padded = Pad(from + first, (height, width, channels), top, rows, count);
                for (int row = 0; row < rows; row++)
                {
                    DepthwiseRow(
                        padded.Data + ((long)row * padded.Shape[1] * DepthwiseConvolution.BlockChannels),
                        padded.Shape[1],
                        convolution.Weights.Data
                            + (
                                block
                                * DepthwiseConvolution.Kernel
                                * DepthwiseConvolution.Kernel
                                * DepthwiseConvolution.BlockChannels
                            ),
                        convolution.Bias.Data + first,
                        to + ((long)(top + row) * width * channels) + first,
                        width,
                        channels,
                        count
                    );
                }
            }
        );
        return result;
    }

    /// <summary>The largest numbers under a window, for each channel alone; nothing lies outside the map.</summary>
    public Tensor MaxPool(Tensor map, int kernel, int stride, int padding)
    {
        (int height, int width, int channels) = (map.Shape[0], map.Shape[1], map.Shape[2]);
        (int newHeight, int newWidth) = (
            ((height + (2 * padding) - kernel) / stride) + 1,
            ((width + (2 * padding) - kernel) / stride) + 1
        );
        var result = new Tensor(newHeight, newWidth, channels);
        float* from = map.Data;
        float* to = result.Data;
        Share(
            newHeight,
            1,
            (y, _) =>
            {
                for (int x = 0; x < newWidth; x++)
                {
                    float* target = to + ((((long)y * newWidth) + x) * channels);
                    new Span<float>(target, channels).Fill(float.NegativeInfinity);
                    for (int tap = 0; tap < kernel * kernel; tap++)
                    {
                        (int row, int column) = (
                            (y * stride) - padding + (tap / kernel),
                            (x * stride) - padding + (tap % kernel)
                        );
                        if ((uint)row < (uint)height && (uint)column < (uint)width)
                        {
                            KeepLargest(target, from + ((((long)row * width) + column) * channels), channels);
                        }
                    }
                }
            }
        );
        return result;
    }

    /// <summary>One row of the depthwise convolution of a block.</summary>
    protected abstract void DepthwiseRow(
        float* padded,
        int stride,
        float* weights,
        float* bias,
        float* y,
        int width,
        int channels,
        int count
    );

    /// <summary>x = max(x, y).</summary>
    protected abstract void KeepLargest(float* x, float* y, int count);

    /// <summary>The pixels under a window, zero outside the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(
        float* map,
        (int Height, int Width, int Channels) size,
        int top,
        int left,
        int kernel,
        float* window
    )
    {
        int length = kernel * size.Channels;
        int skip = Math.Clamp(-left, 0, kernel);
        int end = Math.Clamp(size.Width - left, skip, kernel);
        for (int row = top; row < top + kernel; row++, window += length)
        {
            var target = new Span<float>(window, length);
            if ((uint)row >= (uint)size.Height)
            {
                target.Clear();
                continue;
            }

            target[..(skip * size.Channels)].Clear();
            target[(end * size.Channels)..].Clear();
            long from = (((long)row * size.Width) + left + skip) * size.Channels;
            new ReadOnlySpan<float>(map + from, (end - skip) * size.Channels).CopyTo(target[(skip * size.Channels)..]);
        }
    }

    /// <summary>(rows + 6, stride, 16): a band of a block with zeros around it; the stride has room for whole groups of four
    /// results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Tensor Pad(float* map, (int Height, int Width, int Channels) size, int top, int rows, int count)
    {
        const int Border = DepthwiseConvolution.Kernel / 2;
        const int Channels = DepthwiseConvolution.BlockChannels;
        int stride = ((size.Width + 3) / 4 * 4) + (2 * Border);
        var padded = new Tensor(rows + (2 * Border), stride, Channels);
        for (int row = 0; row < rows + (2 * Border); row++)
        {
            float* target = padded.Data + ((long)row * stride * Channels);
            int from = top + row - Border;
            if ((uint)from >= (uint)size.Height)
            {
                new Span<float>(target, stride * Channels).Clear();
                continue;
            }

            new Span<float>(target, Border * Channels).Clear();
            new Span<float>(target + ((size.Width + Border) * Channels), (stride - size.Width - Border) * Channels).Clear();
            float* source = map + ((long)from * size.Width * size.Channels);
            target += Border * Channels;
            for (int x = 0; x < size.Width; x++, target += Channels, source += size.Channels)
            {
                if (count == Channels)
                {
                    Buffer.MemoryCopy(source, target, Channels * sizeof(float), Channels * sizeof(float));
                    continue;
                }

                new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(target, count));
                new Span<float>(target + count, Channels - count).Clear();
            }
        }

        return padded;
    }
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void DepthwiseRow(
        float* padded,
        int stride,
        float* weights,
        float* bias,
        float* y,
        int width,
        int channels,
        int count
    )
    {
        const int Block = DepthwiseConvolution.BlockChannels;
        float* results = stackalloc float[4 * Block];
        for (int x = 0; x < width; x += 4)
        {
            for (int c = 0; c < Block; c += TS.Count)
            {
                float* source = padded + (x * Block) + c;
                float* w = weights + c;
                TV a = TS.Load(bias + c),
                    b = a,
                    d = a,
                    e = a;
                for (
                    int row = 0;
                    row < DepthwiseConvolution.Kernel;
                    row++, source += stride * Block, w += DepthwiseConvolution.Kernel * Block
                )
                {
                    TV w0 = TS.Load(w),
                        w1 = TS.Load(w + Block),
                        w2 = TS.Load(w + (2 * Block)),
                        w3 = TS.Load(w + (3 * Block));
                    TV w4 = TS.Load(w + (4 * Block)),
                        w5 = TS.Load(w + (5 * Block)),
                        w6 = TS.Load(w + (6 * Block));
                    TV v = TS.Load(source);
                    a = TS.MultiplyAdd(v, w0, a);
                    v = TS.Load(source + Block);
                    a = TS.MultiplyAdd(v, w1, a);
                    b = TS.MultiplyAdd(v, w0, b);
                    v = TS.Load(source + (2 * Block));
                    a = TS.MultiplyAdd(v, w2, a);
                    b = TS.MultiplyAdd(v, w1, b);
                    d = TS.MultiplyAdd(v, w0, d);
                    v = TS.Load(source + (3 * Block));
                    a = TS.MultiplyAdd(v, w3, a);
                    b = TS.MultiplyAdd(v, w2, b);
                    d = TS.MultiplyAdd(v, w1, d);
                    e = TS.MultiplyAdd(v, w0, e);
                    v = TS.Load(source + (4 * Block));
                    a = TS.MultiplyAdd(v, w4, a);
                    b = TS.MultiplyAdd(v, w3, b);
                    d = TS.MultiplyAdd(v, w2, d);
                    e = TS.MultiplyAdd(v, w1, e);
                    v = TS.Load(source + (5 * Block));
                    a = TS.MultiplyAdd(v, w5, a);
                    b = TS.MultiplyAdd(v, w4, b);
                    d = TS.MultiplyAdd(v, w3, d);
                    e = TS.MultiplyAdd(v, w2, e);
                    v = TS.Load(source + (6 * Block));
                    a = TS.MultiplyAdd(v, w6, a);
                    b = TS.MultiplyAdd(v, w5, b);
                    d = TS.MultiplyAdd(v, w4, d);
                    e = TS.MultiplyAdd(v, w3, e);
                    v = TS.Load(source + (7 * Block));
                    b = TS.MultiplyAdd(v, w6, b);
                    d = TS.MultiplyAdd(v, w5, d);
                    e = TS.MultiplyAdd(v, w4, e);
                    v = TS.Load(source + (8 * Block));
                    d = TS.MultiplyAdd(v, w6, d);
                    e = TS.MultiplyAdd(v, w5, e);
                    v = TS.Load(source + (9 * Block));
                    e = TS.MultiplyAdd(v, w6, e);
                }

                TS.Store(a, results + c);
                TS.Store(b, results + Block + c);
                TS.Store(d, results + (2 * Block) + c);
                TS.Store(e, results + (3 * Block) + c);
            }

            for (int i = 0; i < Math.Min(4, width - x); i++)
            {
                new ReadOnlySpan<float>(results + (i * Block), count).CopyTo(
                    new Span<float>(y + ((long)(x + i) * channels), count)
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void KeepLargest(float* x, float* y, int count)
    {
        int i = 0;
        for (; i + TS.Count <= count; i += TS.Count)
        {
            TS.Store(TS.Max(TS.Load(x + i), TS.Load(y + i)), x + i);
        }

        for (; i < count; i++)
        {
            x[i] = MathF.Max(x[i], y[i]);
        }
    }
}
