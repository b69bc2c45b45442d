using OmgLlava.Alignment;
using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// The universal perception module (OMG-Seg) and both projectors on the engine: image encoder, pixel decoder, object queries,
/// classifier, the queries of visual
/// prompts and of [SEG]. It holds nothing but weights and may be used from several threads at once.
/// </summary>
internal sealed class VisionModel : IVisionModel
{
    private readonly PerceptionConfig _perception;
    private readonly ImageTransform _transform;
    private readonly int _seenQueryWidth;
    private readonly RegionTokenForm _regionTokens;
    private readonly IReadOnlyList<IDisposable> _owned;
    private readonly Tensor _queryContent;
    private readonly Tensor _levelEmbedding;
    private readonly PackedMatrix? _valuePlaces;
    private readonly PackedMatrix _classes;
    private readonly MaskDecoder? _segmentationDecoder;
    private readonly Mlp _textProjector;

    /// <summary>Reads a model.</summary>
    /// <param name="weights">Gives them.</param>
    /// <param name="perception">The shape of perception.</param>
    /// <param name="alignment">The shape of the projectors.</param>
    /// <param name="transform">What normalises the pictures.</param>
    /// <exception cref="OmgLlavaException">A tensor is missing, damaged, or not what the configuration says.</exception>
    public VisionModel(WeightReader weights, PerceptionConfig perception, AlignmentConfig alignment, ImageTransform transform)
    {
        (_perception, _transform) = (perception, transform);
        (_seenQueryWidth, _regionTokens) = (alignment.SeenQueryWidth, alignment.RegionTokens);
        Kernels = weights.Kernels;
        WeightReader part = weights.At("perception");
        _queryContent = part.Tensor("query_content", perception.Queries, perception.Channels);
        QueryPosition = part.Tensor("query_position", perception.Queries, perception.Channels);
        _levelEmbedding = part.Tensor("level_embedding", PixelDecoder.Levels, perception.Channels);
        _classes = ReadClasses(part, perception);
        Encoder = ImageEncoders.Read(part.At("image_encoder"), perception);
        PixelDecoder = new PixelDecoder(part.At("pixel_decoder"), perception);
        Decoder = new MaskDecoder(part.At("decoder"), perception);
        Classifier = new ClassHead(
            part.At("classifier"),
            perception,
            perception.ClipClasses ? new ClipHead(part.At("image_encoder.clip_head"), perception) : null
        );
        Prompts = new PromptEncoder(part.At("prompts"), perception);
        _valuePlaces = perception.Places
            ? part.At("value_places").Linear(DecoderMemory.PlaceChannels, perception.Channels)
            : null;
        Detail = perception.MaskDetailChannels > 0 ? new MaskDetail(part.At("mask_detail"), perception) : null;
        _segmentationDecoder = alignment.SeparateMaskDecoder
            ? new MaskDecoder(weights.At("segmentation_decoder"), perception)
            : null;
        Projector = new VisualProjector(weights.At("visual_projector"), alignment, perception);
        _textProjector = Mlp.Projection(
            weights.At("text_projector.mlp"),
            alignment.LanguageWidth,
            alignment.QueryWidth,
            alignment.ProjectorDepth
        );
        _owned = weights.Read;
    }

    internal Kernels Kernels { get; }

    internal IImageEncoder Encoder { get; }

    internal PixelDecoder PixelDecoder { get; }

    internal MaskDecoder Decoder { get; }

    internal ClassHead Classifier { get; }

    internal PromptEncoder Prompts { get; }

    internal MaskDetail? Detail { get; }

    internal VisualProjector Projector { get; }

    /// <summary>(Q, C).</summary>
    internal Tensor QueryPosition { get; }

    /// <inheritdoc/>
    public SeenImage See(float[] pixels, (int Height, int Width) size, CancellationToken cancellation = default)
    {
        int stride = _perception.CellStride;
        if (pixels.Length != 3 * size.Height * size.Width || size.Height % stride != 0 || size.Width % stride != 0)
        {
            throw new OmgLlavaException(
                $"The model's input must be (3, H, W) with H and W multiples of {stride}, but it is (3, {size.Height}, "
                    + $"{size.Width})."
            );
        }

        using Tensor image = ChannelsLast(pixels, size);
        Tensor[] stages = Encoder.Encode(Kernels, image, cancellation);
        (Tensor maskFeatures, Tensor[] memories) = PixelDecoder.Decode(Kernels, stages, cancellation);
        foreach (Tensor stage in stages[..^1])
        {
            stage.Dispose();
        }

        DecoderMemory memory = Remember(maskFeatures, memories, image) with
        {
            ClassFeatures = _perception.ClassScores ? maskFeatures.Clone() : null,
            Encoded = _perception.ClassScores && _perception.ClipClasses ? stages[^1].Clone() : null,
            Colors = _perception.Colors
                ? ColorCells.Of(image.Span, size, (Pixel: 3, Channel: 1), _transform, _perception.MaskStride)
                : null,
        };
        using (stages[^1])
        using (maskFeatures)
        {
            SeenImage seen = Finish(memory, maskFeatures, stages[^1], size, cancellation);
            MemoryPool.Trim();
            GC.KeepAlive(this);
            return seen;
        }
    }

    /// <inheritdoc/>
    public DecodedPrompt DecodePoint(SeenImage image, PixelPoint point)
    {
        using var points = Tensor.Of([point.X, point.Y], 1, 2);
        return DecodePrompt(image, points, null, null);
    }

    /// <inheritdoc/>
    public DecodedPrompt DecodeBox(SeenImage image, PixelBox box)
    {
        (float width, float height) = (image.Size.Width, image.Size.Height);
        using var points = Tensor.Of([(box.X0 + box.X1) / 2, (box.Y0 + box.Y1) / 2], 1, 2);
        using var relative = Tensor.Of([box.X0 / width, box.Y0 / height, box.X1 / width, box.Y1 / height], 1, 4);
        return DecodePrompt(image, points, relative, new LookConstraint(null, relative));
    }

    /// <inheritdoc/>
    public DecodedPrompt DecodeRegion(SeenImage image, Mask region)
    {
        ReadOnlySpan<bool> inside = region.Pixels;
        (int x, int y) = DistanceTransform.Center(inside, region.Width, region.Height);
        using var points = Tensor.Of([x, y], 1, 2);
        using var regions = new Tensor(1, region.Height, region.Width);
        for (int i = 0; i < inside.Length; i++)
        {
            regions.Span[i] = inside[i] ? 1 : 0;
        }

        using Tensor bounds = Bounds(inside, region.Width, region.Height);
        return DecodePrompt(image, points, bounds, new LookConstraint(regions, null));
    }

    /// <inheritdoc/>
    public Tensor ProjectPrompts(SeenImage image, IReadOnlyList<DecodedPrompt> prompts)
    {
        using var queries = new Tensor(prompts.Count, _seenQueryWidth);
        using var places = new Tensor(prompts.Count, 4);
        using Tensor? cells = _regionTokens == RegionTokenForm.Queries ? null : new Tensor(prompts.Count, image.PixelTokens);
        (int, int) grid = (image.Size.Height / _perception.CellStride, image.Size.Width / _perception.CellStride);
        foreach ((int index, DecodedPrompt prompt) in prompts.Index())
        {
            using Tensor place = TokenPlaces.OfMasks(prompt.MaskLogits);
            prompt.Query.Row(0).CopyTo(queries.Row(index));
            place.Row(0).CopyTo(places.Row(index));
            if (cells is not null)
            {
                using Tensor shares = RegionCells.Of(_regionTokens, prompt.MaskLogits, place, grid);
                shares.Row(0).CopyTo(cells.Row(index));
            }
        }

        Tensor tokens = Projector.ProjectPrompts(Kernels, queries, image.Tokens.Part(0, image.PixelTokens), places, cells);
        GC.KeepAlive(this);
        return tokens;
    }

    /// <inheritdoc/>
    public Tensor DecodeMask(SeenImage image, ReadOnlySpan<float> hidden)
    {
        int channels = _perception.Channels;
        using var state = Tensor.Of(hidden, 1, hidden.Length);
        using Tensor query = _textProjector.Forward(Kernels, state);
        using var content = Tensor.Of(query.Row(0)[..channels], 1, channels);
        using var position = Tensor.Of(query.Row(0)[channels..], 1, channels);
        DecodedQueries decoded = (_segmentationDecoder ?? Decoder).Decode(Kernels, content, position, Own(image), alone: true);
        decoded.Content.Dispose();
        decoded.Normalized.Dispose();
        GC.KeepAlive(this);
        return decoded.MaskLogits;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in _owned)
        {
            part.Dispose();
        }
    }

    /// <summary>Lays pixel features out for the mask decoder; disposes the memories.</summary>
    internal DecoderMemory Remember(Tensor maskFeatures, Tensor[] memories, Tensor? image)
    {
        using Tensor? detail = image is null ? null : Detail?.Look(Kernels, image, maskFeatures);
        var memory = DecoderMemory.Create(Kernels, maskFeatures, memories, _levelEmbedding, _valuePlaces, detail);
        Array.ForEach(memories, level => level.Dispose());
        return memory;
    }

    /// <summary>Decodes the learned object queries.</summary>
    internal DecodedQueries DecodeObjects(DecoderMemory memory, CancellationToken cancellation = default) =>
        Decoder.Decode(Kernels, _queryContent, QueryPosition, memory, alone: false, cancellation: cancellation);

    /// <summary>(Q, K + 1).</summary>
    internal Tensor Classify(DecodedQueries objects, Tensor maskFeatures, Tensor? encoded = null)
    {
        using Tensor embeddings = Classifier.Embed(Kernels, objects, maskFeatures, encoded);
        return ClassHead.Classify(Kernels, embeddings, _classes, _perception.ClassPrototypes);
    }

    /// <summary>(H, W, 3) of (3, H, W).</summary>
    internal static Tensor ChannelsLast(ReadOnlySpan<float> pixels, (int Height, int Width) size)
    {
        int count = size.Height * size.Width;
        int channels = pixels.Length / count;
        var image = new Tensor(size.Height, size.Width, channels);
        Span<float> target = image.Span;
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < count; i++)
            {
                target[(i * channels) + c] = pixels[(c * count) + i];
            }
        }

        return image;
    }

    /// <summary>Moves each block of pixels into the channels, the place in the block being the slower index.</summary>
    /// <returns>(h * w, r * r * C) of (rh, rw, C).</returns>
    internal static Tensor PixelShuffle(Tensor features, int ratio)
    {
        (int height, int width, int channels) = (features.Shape[0] / ratio, features.Shape[1] / ratio, features.Shape[2]);
        var result = new Tensor(height * width, ratio * ratio * channels);
        for (int cell = 0; cell < height * width; cell++)
        {
            for (int place = 0; place < ratio * ratio; place++)
            {
                int y = (cell / width * ratio) + (place / ratio);
                int x = (cell % width * ratio) + (place % ratio);
                features.Row((y * features.Shape[1]) + x).CopyTo(result.Row(cell)[(place * channels)..]);
            }
        }

        return result;
    }

    /// <summary>What follows from the pixel decoder's features and the encoder's last stage.</summary>
    private SeenImage Finish(
        DecoderMemory memory,
        Tensor maskFeatures,
        Tensor lastStage,
        (int Height, int Width) size,
        CancellationToken cancellation
    )
    {
        DecodedQueries objects = DecodeObjects(memory, cancellation);
        Tensor classLogits = Classify(objects, maskFeatures, lastStage);
        using Tensor joined = objects.Joined(QueryPosition, _perception.ClassScores ? classLogits : null, memory.Colors);
        (int, int) grid = Cells(_perception.CellStride);
        using var prior = Prior.Compute(
            Kernels,
            classLogits,
            objects.MaskLogits,
            joined,
            size,
            grid,
            _perception.Prior,
            Cells(_perception.Objects.CellStride ?? _perception.CellStride),
            _perception.Objects.Distinct
        );
        using Tensor features = PixelShuffle(lastStage, _perception.PixelShuffleRatio);
        (Tensor tokens, int pixels) = Projector.ProjectImage(Kernels, features, grid, prior, joined, objects.MaskLogits);
        objects.Content.Dispose();
        objects.Normalized.Dispose();
        return new SeenImage(size, memory, classLogits, objects.MaskLogits, tokens, pixels);

        (int, int) Cells(int stride) => (size.Height / stride, size.Width / stride);
    }

    private DecodedPrompt DecodePrompt(SeenImage image, Tensor points, Tensor? boxes, LookConstraint? constraint)
    {
        (Tensor content, Tensor position) = Prompts.Encode(Kernels, points, image.Size, boxes);
        using (content)
        using (position)
        {
            DecoderMemory memory = Own(image);
            DecodedQueries decoded = Decoder.Decode(Kernels, content, position, memory, alone: true, constraint);
            using Tensor iou = Classifier.PredictIou(Kernels, decoded);
            using Tensor? classes = memory.ClassFeatures is { } features ? Classify(decoded, features, memory.Encoded) : null;
            var prompt = new DecodedPrompt(decoded.Joined(position, classes, memory.Colors), decoded.MaskLogits, iou.Span[0]);
            decoded.Content.Dispose();
            decoded.Normalized.Dispose();
            GC.KeepAlive(this);
            return prompt;
        }
    }

    private static DecoderMemory Own(SeenImage image) =>
        image.Memory as DecoderMemory ?? throw new ArgumentException("The picture was seen by another executor.", nameof(image));

    private static PackedMatrix ReadClasses(WeightReader weights, PerceptionConfig config)
    {
        using Tensor? classes = weights.Load(
            "class_embeddings",
            config.Classes,
            config.ClassPrototypes,
            config.ClassEmbeddingWidth
        );
        return classes is null
            ? null!
            : weights.Keep(PackedMatrix.Of(weights.Kernels, classes, format: weights.FormatOf("class_embeddings")));
    }

    /// <summary>(1, 4): x0, y0, x1, y1 of a region's bounds, relative to the image; all of it for an empty one.</summary>
    private static Tensor Bounds(ReadOnlySpan<bool> inside, int width, int height)
    {
        (int x0, int y0, int x1, int y1) = (width, height, 0, 0);
        for (int i = 0; i < inside.Length; i++)
        {
            if (inside[i])
            {
                (int x, int y) = (i % width, i / width);
                (x0, y0, x1, y1) = (Math.Min(x0, x), Math.Min(y0, y), Math.Max(x1, x + 1), Math.Max(y1, y + 1));
            }
        }

        return x1 == 0
            ? Tensor.Of([0, 0, 1, 1], 1, 4)
            : Tensor.Of([(float)x0 / width, (float)y0 / height, (float)x1 / width, (float)y1 / height], 1, 4);
    }
}
