using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>What the mask decoder looks at: the pixel decoder's features of an image, laid out for attention.</summary>
/// <param name="Size">Height and width of the mask features, a quarter of the input's.</param>
/// <param name="MaskFeatures">(H/4 * W/4, C), with the channels that tell places behind them: a mask is a query's product with
/// these.</param>
/// <param name="Levels">Strides 32, 16 and 8.</param>
/// <param name="Detail">(H/2 * W/2, D): what the last masks are made finer by; null as published.</param>
internal sealed record DecoderMemory(
    (int Height, int Width) Size,
    PackedMatrix MaskFeatures,
    IReadOnlyList<MemoryLevel> Levels,
    PackedMatrix? Detail
) : IVisionMemory
{
    /// <summary>How high the waves of places are.</summary>
    public const float PlaceHeight = 4;

    /// <summary>Channels of the mask features that tell a place.</summary>
    public const int PlaceChannels = 2 * Waves.PerCoordinate;

    /// <summary>(H/4, W/4, C): what the classes of visual prompts are told by; null where nobody asks for them.</summary>
    public Tensor? ClassFeatures { get; init; }

    /// <summary>(H/32, W/32, C): the image encoder's last features, for the same; null where classes are not told by
    /// them.</summary>
    public Tensor? Encoded { get; init; }

    /// <summary>(h * w): the colour of each cell of a mask; null where nobody asks for them.</summary>
    public byte[]? Colors { get; init; }

    public long ByteCount =>
        MaskFeatures.ByteCount
        + (Colors?.Length ?? 0)
        + (sizeof(float) * ((ClassFeatures?.Count ?? 0) + (Encoded?.Count ?? 0)))
        + (Detail?.ByteCount ?? 0)
        + Levels.Sum(level => level.MaskFeatures.ByteCount + (sizeof(float) * (level.Keys.Count + level.Values.Count)));

    /// <summary>Prepares pixel features for the mask decoder.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="maskFeatures">(H/4, W/4, C).</param>
    /// <param name="memories">(h, w, C) at strides 32, 16 and 8.</param>
    /// <param name="levelEmbedding">(levels, C), added to the memory of each level.</param>
    /// <param name="places">Makes of a cell's place what is added to its memory; null for a decoder that does not see
    /// places.</param>
    /// <param name="detail">(H/2, W/2, D); null for none.</param>
    public static DecoderMemory Create(
        Kernels kernels,
        Tensor maskFeatures,
        IReadOnlyList<Tensor> memories,
        Tensor levelEmbedding,
        PackedMatrix? places,
        Tensor? detail
    )
    {
        (int height, int width) = (maskFeatures.Shape[0], maskFeatures.Shape[1]);
        using Tensor? placed = places is null ? null : WithPlaces(maskFeatures);
        Tensor features = placed ?? maskFeatures;
        var levels = new List<MemoryLevel>();
        foreach ((int index, Tensor memory) in memories.Index())
        {
            (int rows, int columns) = (memory.Shape[0], memory.Shape[1]);
            Tensor values = memory.Clone();
            kernels.AddRow(values, levelEmbedding.Row(index));
            if (places is not null)
            {
                using Tensor waves = Places(rows, columns);
                kernels.Multiply(waves, places, values, add: true);
            }

            using Tensor grid = Waves.Grid(rows, columns, memory.Width);
            kernels.AddRow(grid, Waves.SingleFrame(memory.Width));
            Tensor keys = values.Clone();
            kernels.Add(keys, grid);
            using Tensor reduced = kernels.Resize(features, rows, columns);
            levels.Add(new MemoryLevel((rows, columns), Pack(reduced), keys, values));
        }

        return new DecoderMemory((height, width), Pack(features), levels, detail is null ? null : Pack(detail));

        PackedMatrix Pack(Tensor map)
        {
            using Tensor rows = map.View(map.Rows, map.Width);
            return PackedMatrix.Of(kernels, rows);
        }
    }

    public void Dispose()
    {
        MaskFeatures.Dispose();
        Detail?.Dispose();
        ClassFeatures?.Dispose();
        Encoded?.Dispose();
        foreach (MemoryLevel level in Levels)
        {
            level.MaskFeatures.Dispose();
            level.Keys.Dispose();
            level.Values.Dispose();
        }
    }

    private static Tensor WithPlaces(Tensor features)
    {
        (int height, int width, int channels) = (features.Shape[0], features.Shape[1], features.Shape[2]);
        using Tensor places = Places(height, width);
        var result = new Tensor(height, width, channels + PlaceChannels);
        for (int cell = 0; cell < height * width; cell++)
        {
            features.Row(cell).CopyTo(result.Row(cell));
            places.Row(cell).CopyTo(result.Row(cell)[channels..]);
        }

        return result;
    }

    /// <summary>(h * w, <see cref="PlaceChannels"/>).</summary>
    private static Tensor Places(int height, int width)
    {
        using Tensor centers = Waves.CellCenters(height, width);
        return Waves.OfPlaces(centers, PlaceHeight);
    }
}

/// <summary>One level of the memory.</summary>
/// <param name="Size">Height h and width w.</param>
/// <param name="MaskFeatures">(h * w, C): the mask features reduced to its cells. A mask is linear in them, so that this is the
/// same as reducing every mask.</param>
/// <param name="Keys">(h * w, C): the values with the encoding of row and column.</param>
/// <param name="Values">(h * w, C).</param>
internal sealed record MemoryLevel((int Height, int Width) Size, PackedMatrix MaskFeatures, Tensor Keys, Tensor Values);
