using OmgLlava.Imaging;
using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// The universal perception module (OMG-Seg): image encoder, pixel decoder, object queries, classifier, and the queries of visual
/// prompts. It knows nothing of language.
/// </summary>
internal sealed class PerceptionModel : nn.Module
{
    private readonly Tensor _queryContent;
    private readonly Tensor _queryPosition;
    private readonly Tensor _levelEmbedding;
    private readonly Linear? _valuePlaces;
    private readonly ScalarType _encoderType;
    private readonly ImageTransform _transform;

    /// <summary>Builds the module with uninitialised weights.</summary>
    /// <param name="config">The shape of the module.</param>
    /// <param name="placement">Type and device of the weights.</param>
    /// <param name="encoder">Another element type for the image encoder and the widest parts of the pixel decoder.</param>
    /// <exception cref="OmgLlavaException">The configuration does not fit together.</exception>
    /// <param name="transform">What normalises its input; null for the published one.</param>
    public PerceptionModel(
        PerceptionConfig config,
        Placement placement,
        ScalarType? encoder = null,
        ImageTransform? transform = null
    )
        : base(nameof(PerceptionModel))
    {
        config.Validate();
        Config = config;
        _transform = transform ?? new ImageTransform();
        _encoderType = encoder ?? placement.DType;
        Encoder = AddEncoder(config, placement with { DType = _encoderType });
        PixelDecoder = this.Add("pixel_decoder", new PixelDecoder(config, placement, _encoderType));
        Decoder = this.Add("decoder", new MaskDecoder(config, placement));
        Classifier = this.Add("classifier", new ClassHead(config, placement, config.ClipClasses ? ProjectToClip : null));
        Prompts = this.Add("prompts", new VisualPromptEncoder(config, placement));
        _queryContent = this.AddParameter("query_content", placement, config.Queries, config.Channels);
        _queryPosition = this.AddParameter("query_position", placement, config.Queries, config.Channels);
        _levelEmbedding = this.AddParameter("level_embedding", placement, PixelDecoder.Levels, config.Channels);
        _valuePlaces = config.Places
            ? this.Add("value_places", new Linear(DecoderMemory.PlaceChannels, config.Channels, placement))
            : null;
        Detail = config.MaskDetailChannels > 0 ? this.Add("mask_detail", new MaskDetail(config, placement)) : null;
        ClassEmbeddings = this.AddParameter(
            "class_embeddings",
            placement,
            config.Classes,
            config.ClassPrototypes,
            config.ClassEmbeddingWidth
        );
    }

    /// <summary>The shape of the module.</summary>
    public PerceptionConfig Config { get; }

    /// <summary>The image encoder that the configuration names.</summary>
    public IImageEncoder Encoder { get; }

    /// <summary>Multi-scale pixel decoder.</summary>
    public PixelDecoder PixelDecoder { get; }

    /// <summary>Masked-attention decoder.</summary>
    public MaskDecoder Decoder { get; }

    /// <summary>Open-vocabulary classifier and IoU head.</summary>
    public ClassHead Classifier { get; }

    /// <summary>Makes the last masks finer; null as published.</summary>
    internal MaskDetail? Detail { get; }

    /// <summary>Queries for points, boxes and regions.</summary>
    public VisualPromptEncoder Prompts { get; }

    /// <summary>(K, P, E): unit-length prototypes of each class, things first.</summary>
    public Tensor ClassEmbeddings { get; }

    /// <summary>Runs the whole module on a batch of images.</summary>
    /// <param name="pixels">(B, 3, H, W), normalised; H and W multiples of <see cref="PerceptionConfig.CellStride"/>.</param>
    /// <param name="cancellation">Stops between the parts of the module.</param>
    /// <returns>A perception that the current dispose scope, if any, does not own: dispose it.</returns>
    /// <exception cref="OmgLlavaException">The size is no such multiple.</exception>
    public TorchPerception Perceive(Tensor pixels, CancellationToken cancellation = default)
    {
        if (
            pixels.shape is not [_, 3, > 0, > 0]
            || pixels.shape[2] % Config.CellStride != 0
            || pixels.shape[3] % Config.CellStride != 0
        )
        {
            throw new OmgLlavaException(
                $"The model's input must be (B, 3, H, W) with H and W multiples of {Config.CellStride}, but it is "
                    + $"({string.Join(", ", pixels.shape)})."
            );
        }

        TorchPerception perception;
        using (NewDisposeScope())
        {
            Tensor[] stages = [.. Encoder.Encode(pixels.to(_encoderType), cancellation).Select(WithDecodersType)];
            cancellation.ThrowIfCancellationRequested();
            DecoderMemory memory = Remember(PixelDecoder.Decode(stages), pixels, stages[^1]);
            foreach (Tensor stage in stages[..^1])
            {
                stage.Dispose(); // 88 MB at the published size, while the decoder takes most
            }

            NativeHeap.TrimAfter(memory.MaskFeatures);
            cancellation.ThrowIfCancellationRequested();
            perception = Finish(memory, stages[^1]).Detach();
        }

        NativeHeap.TrimAfter(perception.Memory.MaskFeatures);
        return perception;
    }

    /// <summary>Lays pixel features out for the mask decoder.</summary>
    /// <param name="features">Output of the pixel decoder.</param>
    /// <param name="pixels">(B, 3, H, W): the model's input, which <see cref="PerceptionConfig.MaskDetailChannels"/> looks at
    /// once more; null leaves masks coarse.</param>
    /// <param name="encoded">(B, C, H/32, W/32): the image encoder's last features, which
    /// <see cref="PerceptionConfig.ClipClasses"/> needs.</param>
    public DecoderMemory Remember(PixelFeatures features, Tensor? pixels = null, Tensor? encoded = null) =>
        DecoderMemory.Create(features, _levelEmbedding, _valuePlaces) with
        {
            Detail = pixels is null ? null : Detail?.Look(pixels, features.MaskFeatures),
            Encoded = Config.ClipClasses ? encoded : null,
            Colors = pixels is null || !Config.Colors ? null : PictureColors.Of(pixels, _transform, Config.MaskStride),
        };

    /// <summary>Decodes the learned object queries on a batch of images.</summary>
    /// <param name="memory">The images.</param>
    /// <param name="keepStages">Keep the predictions of every depth, which training needs.</param>
    public DecodedQueries DecodeObjects(DecoderMemory memory, bool keepStages = false)
    {
        long batch = memory.MaskFeatures.shape[0];
        return Decoder.Decode(
            _queryContent.unsqueeze(0).expand(batch, -1, -1),
            _queryPosition.unsqueeze(0).expand(batch, -1, -1),
            memory,
            keepStages
        );
    }

    /// <summary>Decodes the learned object queries and, behind them, point and box prompts on a batch of images, with the
    /// predictions of every depth.</summary>
    /// <param name="memory">The images.</param>
    /// <param name="points">(B, N, 2): x, y in pixels of the model's input; the centre of a box prompt.</param>
    /// <param name="boxes">(B, N, 4): where each prompt may look, relative to the image; all of it for a point.</param>
    /// <param name="size">Height and width of the model's input.</param>
    internal DecodedQueries DecodeObjectsAndPrompts(
        DecoderMemory memory,
        Tensor points,
        Tensor boxes,
        (int Height, int Width) size
    )
    {
        using var scope = NewDisposeScope();
        (long batch, long prompts) = (points.shape[0], points.shape[1]);
        Tensor content = _queryContent.unsqueeze(0).expand(batch, -1, -1);
        Tensor position = _queryPosition.unsqueeze(0).expand(batch, -1, -1);
        Tensor everywhere = tensor(new float[] { 0, 0, 1, 1 }, device: points.device).expand(batch, content.shape[1], 4);
        if (prompts > 0)
        {
            (Tensor promptContent, Tensor promptPosition) = Prompts.Encode(points.flatten(0, 1), size, boxes.flatten(0, 1));
            content = cat([content, promptContent.reshape(batch, prompts, -1)], dim: 1);
            position = cat([position, promptPosition.view(batch, prompts, -1)], dim: 1);
            everywhere = cat([everywhere, boxes], dim: 1);
        }

        DecodedQueries decoded = Decoder.DecodeMixed(content, position, memory, Config.Queries, everywhere);
        decoded.Content.MoveToOuterDisposeScope();
        decoded.Position.MoveToOuterDisposeScope();
        foreach (DecoderStage stage in decoded.Stages)
        {
            stage.Normalized.MoveToOuterDisposeScope();
            stage.MaskLogits.MoveToOuterDisposeScope();
        }

        return decoded;
    }

    /// <summary>The queries of visual prompts in the form in which they go to the language model.</summary>
    /// <param name="decoded">What the mask decoder made of them.</param>
    /// <param name="memory">What it looked at.</param>
    /// <returns>See <see cref="DecodedQueries.Joined"/>.</returns>
    public Tensor JoinPrompts(DecodedQueries decoded, DecoderMemory memory) =>
        decoded.Joined(Config.ClassScores ? Classify(decoded, memory) : null, memory.Colors);

    /// <summary>(B, Q, K + 1).</summary>
    private Tensor Classify(DecodedQueries decoded, DecoderMemory memory) =>
        ClassHead.Classify(Classifier.Embed(decoded.Last, memory.MaskFeatures, memory.Encoded), ClassEmbeddings);

    private Tensor ProjectToClip(Tensor features) => Encoder.ProjectToClip(features.to(_encoderType)).to(features.dtype);

    /// <summary>Decodes point prompts on one image.</summary>
    /// <param name="points">(N, 2): x, y in pixels of the model's input.</param>
    /// <param name="memory">One image (B = 1).</param>
    /// <param name="size">Height and width of the model's input.</param>
    /// <returns>Tensors with B = 1 and Q = N.</returns>
    public DecodedQueries DecodePoints(Tensor points, DecoderMemory memory, (int Height, int Width) size)
    {
        (Tensor content, Tensor position) = Prompts.Encode(points, size);
        return Decoder.DecodeAlone(content, position, memory);
    }

    /// <summary>Decodes box prompts on one image.</summary>
    /// <param name="boxes">(N, 4): x0, y0, x1, y1 in pixels of the model's input.</param>
    /// <param name="memory">One image (B = 1).</param>
    /// <param name="size">Height and width of the model's input.</param>
    /// <returns>Tensors with B = 1 and Q = N.</returns>
    public DecodedQueries DecodeBoxes(Tensor boxes, DecoderMemory memory, (int Height, int Width) size)
    {
        Tensor center = boxes.narrow(1, 0, 2).Add(boxes.narrow(1, 2, 2)).Div(2);
        Tensor relative = boxes.div(
            tensor(new float[] { size.Width, size.Height, size.Width, size.Height }, device: boxes.device)
        );
        (Tensor content, Tensor position) = Prompts.Encode(center, size, relative);
        return Decoder.DecodeAlone(content, position, memory, new AttentionConstraint(null, relative));
    }

    /// <summary>Decodes region (mask) prompts on one image.</summary>
    /// <param name="regions">Float (N, H, W) in the frame of the model's input, 1 inside.</param>
    /// <param name="memory">One image (B = 1).</param>
    /// <param name="size">Height and width of the model's input.</param>
    /// <returns>Tensors with B = 1 and Q = N.</returns>
    public DecodedQueries DecodeRegions(Tensor regions, DecoderMemory memory, (int Height, int Width) size)
    {
        (Tensor content, Tensor position) = Prompts.Encode(Centers(regions), size, Bounds(regions));
        return Decoder.DecodeAlone(content, position, memory, new AttentionConstraint(regions, null));
    }

    /// <summary>(N, 2): the cell of each region that is farthest from the background.</summary>
    internal static Tensor Centers(Tensor regions)
    {
        int height = (int)regions.shape[1];
        int width = (int)regions.shape[2];
        using Tensor inside = regions.Gt(0.5).cpu();
        bool[] cells = [.. inside.data<bool>()];
        var centers = new float[regions.shape[0], 2];
        for (int n = 0; n < centers.GetLength(0); n++)
        {
            (int x, int y) = DistanceTransform.Center(cells.AsSpan(n * height * width, height * width), width, height);
            (centers[n, 0], centers[n, 1]) = (x, y);
        }

        return tensor(centers, device: regions.device);
    }

    /// <summary>(N, 4): x0, y0, x1, y1 of each region's bounds, relative to the image; all of it for an empty one.</summary>
    internal static Tensor Bounds(Tensor regions)
    {
        using var scope = NewDisposeScope();
        Tensor inside = regions.Gt(0.5);
        (Tensor x0, Tensor x1) = Ends(inside.any(1));
        (Tensor y0, Tensor y1) = Ends(inside.any(2));
        return stack([x0, y0, x1, y1], dim: -1).MoveToOuterDisposeScope();

        static (Tensor First, Tensor Behind) Ends(Tensor taken) // (N, n)
        {
            double count = taken.shape[1];
            Tensor counted = taken.to(float32);
            return (counted.argmax(1).to(float32).Div(count), counted.flip(1).argmax(1).to(float32).Div(-count).Add(1));
        }
    }

    private IImageEncoder AddEncoder(PerceptionConfig config, Placement placement) =>
        config.Encoder == EncoderKind.ConvNext
            ? this.Add("image_encoder", new ConvNextEncoder(config, placement))
            : this.Add("image_encoder", new ResNetEncoder(config, placement));

    /// <summary>What follows from the pixel decoder's features and the encoder's last stage.</summary>
    private TorchPerception Finish(DecoderMemory memory, Tensor lastStage)
    {
        DecodedQueries objects = DecodeObjects(memory);
        Tensor classLogits = Classify(objects, memory);
        Tensor joined = objects.Joined(Config.ClassScores ? classLogits : null, memory.Colors);
        (int Height, int Width) size = (
            (int)lastStage.shape[2] * Encoder.Strides[^1],
            (int)lastStage.shape[3] * Encoder.Strides[^1]
        );
        var prior = PerceptionPrior.Compute(
            classLogits,
            objects.Last.MaskLogits,
            joined,
            size,
            Cells(Config.CellStride),
            Config.Prior,
            Cells(Config.Objects.CellStride ?? Config.CellStride),
            Config.Objects.Distinct
        );
        return new TorchPerception(
            size,
            memory,
            classLogits,
            Classifier.PredictIou(objects.Last),
            objects.Last.MaskLogits,
            joined,
            PixelShuffle(lastStage, Config.PixelShuffleRatio),
            prior
        );

        (int Height, int Width) Cells(int stride) => (size.Height / stride, size.Width / stride);
    }

    /// <summary>Frees a stage of another type than the decoders'.</summary>
    private Tensor WithDecodersType(Tensor stage)
    {
        if (stage.dtype == _queryContent.dtype)
        {
            return stage;
        }

        using (stage)
        {
            return stage.to(_queryContent.dtype);
        }
    }

    /// <summary>Moves each block of pixels into the channels, the place in the block being the slower channel index.</summary>
    /// <param name="features">(B, C, rh, rw).</param>
    /// <param name="ratio">Side r of a block.</param>
    /// <returns>(B, h * w, r * r * C).</returns>
    internal static Tensor PixelShuffle(Tensor features, int ratio)
    {
        using var scope = NewDisposeScope();
        Tensor blocks = features.unflatten(3, -1, ratio).unflatten(2, -1, ratio); // (B, C, h, r, w, r)
        return blocks
            .permute(0, 2, 4, 3, 5, 1) // (B, h, w, r, r, C)
            .flatten(3)
            .flatten(1, 2)
            .MoveToOuterDisposeScope();
    }
}
