using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// The masked-attention decoder of OMG-Seg: queries look, layer by layer, only where their mask of the layer before is. It serves
/// the learned object queries, the queries of visual prompts, and those that the language model asks with [SEG].
/// </summary>
internal sealed class MaskDecoder : nn.Module
{
    private readonly MaskDecoderLayer[] _layers;
    private readonly LayerNorm _finalNorm;
    private readonly Mlp _maskEmbedding;
    private readonly Linear? _placeEmbedding;
    private readonly Linear? _detailEmbedding;

    /// <summary>Builds the decoder with uninitialised weights.</summary>
    public MaskDecoder(PerceptionConfig config, Placement placement)
        : base(nameof(MaskDecoder))
    {
        int channels = config.Channels;
        _layers = this.AddList(
            "layers",
            Enumerable.Range(0, config.DecoderLayers).Select(_ => new MaskDecoderLayer(config, placement))
        );
        _finalNorm = this.Add("final_norm", new LayerNorm(channels, placement));
        _maskEmbedding = this.Add(
            "mask_embedding",
            new Mlp([channels, channels, channels, channels], placement, x => nn.functional.relu(x))
        );
        _placeEmbedding = config.Places
            ? this.Add("place_embedding", new Linear(channels, DecoderMemory.PlaceChannels, placement))
            : null;
        _detailEmbedding =
            config.MaskDetailChannels > 0
                ? this.Add("detail_embedding", new Linear(channels, config.MaskDetailChannels, placement))
                : null;
    }

    /// <summary>Decodes queries that see one another, as the learned object queries do.</summary>
    /// <param name="content">(B, Q, C).</param>
    /// <param name="position">(B, Q, C).</param>
    /// <param name="memory">The images, B of them.</param>
    /// <param name="keepStages">Keep the predictions of every depth, which training needs, instead of only the last.</param>
    public DecodedQueries Decode(Tensor content, Tensor position, DecoderMemory memory, bool keepStages = false) =>
        Run(content, position, memory, constraint: null, mutual: null, keepStages);

    /// <summary>
    /// Decodes queries of one image that each stand alone, as those of visual prompts and of [SEG] do. The published code gives
    /// each its own batch element; a diagonal self-attention mask computes the same while the image's keys are made only once.
    /// </summary>
    /// <param name="content">(N, C).</param>
    /// <param name="position">(N, C).</param>
    /// <param name="memory">One image (B = 1).</param>
    /// <param name="constraint">Where the queries may look; null leaves that to their masks.</param>
    /// <param name="keepStages">Keep the predictions of every depth instead of only the last.</param>
    /// <returns>Tensors with B = 1 and Q = N.</returns>
    public DecodedQueries DecodeAlone(
        Tensor content,
        Tensor position,
        DecoderMemory memory,
        AttentionConstraint? constraint = null,
        bool keepStages = false
    )
    {
        using Tensor content3 = content.unsqueeze(0);
        return DecodeEachAlone(content3, position.unsqueeze(0), memory, constraint, keepStages);
    }

    /// <summary>The same for queries of a whole batch of images, as many for each.</summary>
    /// <param name="content">(B, N, C).</param>
    /// <param name="position">(B, N, C).</param>
    /// <param name="memory">The images, B of them.</param>
    /// <param name="constraint">Where the queries may look; null leaves that to their masks.</param>
    /// <param name="keepStages">Keep the predictions of every depth instead of only the last.</param>
    internal DecodedQueries DecodeEachAlone(
        Tensor content,
        Tensor position,
        DecoderMemory memory,
        AttentionConstraint? constraint,
        bool keepStages
    )
    {
        using Tensor mutual = eye(content.shape[1], dtype: ScalarType.Bool, device: content.device).unsqueeze(0).unsqueeze(0);
        return Run(content, position, memory, constraint, mutual, keepStages);
    }

    /// <summary>
    /// Decodes learned queries, which see one another, and behind them queries of visual prompts, which stand alone, of a whole
    /// batch at once: what training needs, with the predictions of every depth.
    /// </summary>
    /// <param name="content">(B, Q, C).</param>
    /// <param name="position">(B, Q, C).</param>
    /// <param name="memory">The images, B of them.</param>
    /// <param name="learned">How many of the queries are learned ones.</param>
    /// <param name="boxes">(B, Q, 4): where each query may look, relative to the image.</param>
    internal DecodedQueries DecodeMixed(Tensor content, Tensor position, DecoderMemory memory, long learned, Tensor boxes)
    {
        using var scope = NewDisposeScope();
        long count = content.shape[1];
        Tensor isLearned = ScalarArithmetic.Arange(count, int64, content.device).Lt(learned);
        Tensor mutual = isLearned
            .unsqueeze(0)
            .logical_and(isLearned.unsqueeze(1))
            .logical_or(eye(count, dtype: ScalarType.Bool, device: content.device))
            .unsqueeze(0)
            .unsqueeze(0);
        DecodedQueries decoded = Run(content, position, memory, new AttentionConstraint(null, boxes), mutual, keepStages: true);
        decoded.Content.MoveToOuterDisposeScope();
        foreach (DecoderStage stage in decoded.Stages)
        {
            stage.Normalized.MoveToOuterDisposeScope();
            stage.MaskLogits.MoveToOuterDisposeScope();
        }

        return decoded;
    }

    private DecodedQueries Run(
        Tensor content,
        Tensor position,
        DecoderMemory memory,
        AttentionConstraint? constraint,
        Tensor? mutual,
        bool keepStages
    )
    {
        using var scope = NewDisposeScope();
        var stages = new List<DecoderStage>();
        Tensor x = content;
        for (int i = 0; i < _layers.Length; i++)
        {
            int level = i % memory.Values.Count;
            (Tensor normalized, Tensor embedding) = Embed(x);
            if (keepStages)
            {
                stages.Add(new DecoderStage(normalized, Masks(embedding, memory.EarlyMaskFeatures ?? memory.MaskFeatures)));
            }

            Tensor visible = Visible(embedding.detach(), memory.LevelMaskFeatures[level], memory.Sizes[level], constraint);
            x = _layers[i].Forward(x, position, memory.Values[level], memory.Positions[level], visible, mutual);
        }

        (Tensor last, Tensor lastEmbedding) = Embed(x);
        stages.Add(new DecoderStage(last, Finer(Masks(lastEmbedding, memory.MaskFeatures), last, memory.Detail)));
        return new DecodedQueries(
            x.MoveToOuterDisposeScope(),
            position,
            [
                .. stages.Select(s => new DecoderStage(
                    s.Normalized.MoveToOuterDisposeScope(),
                    s.MaskLogits.MoveToOuterDisposeScope()
                )),
            ]
        );
    }

    /// <summary>(B, Q, C) after the final norm; and what gives a mask when multiplied by mask features.</summary>
    private (Tensor Normalized, Tensor MaskEmbedding) Embed(Tensor queries)
    {
        Tensor normalized = _finalNorm.forward(queries);
        Tensor mask = _maskEmbedding.forward(normalized);
        return (normalized, _placeEmbedding is null ? mask : cat([mask, _placeEmbedding.forward(normalized)], dim: -1));
    }

    /// <summary>(B, Q, H/4, W/4), or as many cells as the features have.</summary>
    private static Tensor Masks(Tensor embedding, Tensor features)
    {
        using var scope = NewDisposeScope();
        return embedding
            .matmul(features.flatten(2)) // (B, Q, H/4 * W/4)
            .unflatten(2, features.shape[2], features.shape[3])
            .MoveToOuterDisposeScope();
    }

    /// <summary>(B, Q, H/2, W/2): the masks enlarged, with what each query asks of the details; or the masks as they are where
    /// there are none.</summary>
    private Tensor Finer(Tensor masks, Tensor normalized, Tensor? detail)
    {
        if (detail is null || _detailEmbedding is null)
        {
            return masks;
        }

        using var scope = NewDisposeScope();
        Tensor added = _detailEmbedding
            .forward(normalized)
            .matmul(detail.flatten(2))
            .unflatten(2, detail.shape[2], detail.shape[3]);
        return nn
            .functional.interpolate(masks, size: detail.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false)
            .AddInPlace(added)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Bool (B, 1, Q, h * w): the cells inside the predicted masks, within the constraint. A query that would see nothing sees
    /// everything, since attention over nothing is undefined.
    /// </summary>
    private static Tensor Visible(
        Tensor embedding,
        Tensor features,
        (long Height, long Width) size,
        AttentionConstraint? constraint
    )
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor predicted = embedding.matmul(features).Ge(0).unflatten(2, size.Height, size.Width); // (B, Q, h, w)
        Tensor visible = (constraint?.Apply(predicted) ?? predicted).flatten(2); // (B, Q, h * w)
        Tensor blind = visible.any(dim: 2, keepdim: true).logical_not();
        return visible.logical_or(blind).unsqueeze(1).MoveToOuterDisposeScope();
    }
}
