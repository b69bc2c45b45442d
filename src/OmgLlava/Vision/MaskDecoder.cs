using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// The masked-attention decoder of OMG-Seg: queries look, layer by layer, only where their mask of the layer before is. It
/// serves the learned object queries,
/// the queries of visual prompts, and those that the language model asks with [SEG].
/// </summary>
internal sealed class MaskDecoder
{
    private readonly Layer[] _layers;
    private readonly Norm _finalNorm;
    private readonly Mlp _maskEmbedding;
    private readonly PackedMatrix? _placeEmbedding;
    private readonly PackedMatrix? _detailEmbedding;

    public MaskDecoder(WeightReader weights, PerceptionConfig config)
    {
        int channels = config.Channels;
        _layers = [.. Enumerable.Range(0, config.DecoderLayers).Select(i => ReadLayer(weights.At($"layers.{i}"), config))];
        _finalNorm = weights.At("final_norm").Norm(channels);
        _maskEmbedding = new Mlp(weights.At("mask_embedding"), Activation.Relu, channels, channels, channels, channels);
        _placeEmbedding = config.Places ? weights.At("place_embedding").Linear(channels, DecoderMemory.PlaceChannels) : null;
        _detailEmbedding =
            config.MaskDetailChannels > 0 ? weights.At("detail_embedding").Linear(channels, config.MaskDetailChannels) : null;
    }

    /// <summary>Decodes queries of one image.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="content">(Q, C).</param>
    /// <param name="position">(Q, C), added wherever queries ask or are asked.</param>
    /// <param name="memory">The image.</param>
    /// <param name="alone">Whether each query stands alone, as those of visual prompts and of [SEG] do, instead of seeing the
    /// others.</param>
    /// <param name="constraint">Where the queries may look; null leaves that to their masks.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public DecodedQueries Decode(
        Kernels kernels,
        Tensor content,
        Tensor position,
        DecoderMemory memory,
        bool alone,
        LookConstraint? constraint = null,
        CancellationToken cancellation = default
    )
    {
        Tensor x = content.Clone();
        for (int i = 0; i < _layers.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            MemoryLevel level = memory.Levels[i % memory.Levels.Count];
            (Tensor normalized, Tensor embedding) = Embed(kernels, x);
            normalized.Dispose();
            byte[] visible = Visible(kernels, embedding, level, constraint);
            embedding.Dispose();
            Forward(kernels, _layers[i], x, position, level, visible, alone);
        }

        (Tensor last, Tensor lastEmbedding) = Embed(kernels, x);
        using (lastEmbedding)
        {
            var masks = new Tensor(x.Rows, memory.Size.Height, memory.Size.Width); // (Q, H/4, W/4)
            kernels.Multiply(lastEmbedding, memory.MaskFeatures, masks.View(x.Rows, memory.Size.Height * memory.Size.Width));
            if (memory.Detail is not { } detail)
            {
                return new DecodedQueries(x, last, masks);
            }

            using (masks)
            {
                return new DecodedQueries(x, last, Finer(kernels, masks, last, detail));
            }
        }
    }

    /// <summary>(Q, C) after the final norm; and what gives a mask when multiplied by mask features.</summary>
    private (Tensor Normalized, Tensor MaskEmbedding) Embed(Kernels kernels, Tensor queries)
    {
        var normalized = new Tensor([.. queries.Shape]);
        kernels.LayerNorm(queries, _finalNorm, normalized);
        Tensor mask = _maskEmbedding.Forward(kernels, normalized);
        if (_placeEmbedding is null)
        {
            return (normalized, mask);
        }

        using (mask)
        {
            using Tensor place = kernels.Multiply(normalized, _placeEmbedding);
            var joined = new Tensor(mask.Rows, mask.Width + place.Width);
            for (int q = 0; q < mask.Rows; q++)
            {
                mask.Row(q).CopyTo(joined.Row(q));
                place.Row(q).CopyTo(joined.Row(q)[mask.Width..]);
            }

            return (normalized, joined);
        }
    }

    /// <summary>(Q, H/2, W/2): the masks enlarged, with what each query asks of the details.</summary>
    private Tensor Finer(Kernels kernels, Tensor masks, Tensor normalized, PackedMatrix detail)
    {
        (int count, int height, int width) = (masks.Shape[0], 2 * masks.Shape[1], 2 * masks.Shape[2]);
        using Tensor asked = kernels.Multiply(normalized, _detailEmbedding!);
        Tensor fine = kernels.ResizePlanes(masks, (height, width), (0, 0, height, width));
        kernels.Multiply(asked, detail, fine.View(count, height * width), add: true);
        return fine;
    }

    /// <summary>
    /// (Q, h * w): not 0 inside the predicted masks, within the constraint. A query that would see nothing sees everything,
    /// since attention over nothing is
    /// undefined.
    /// </summary>
    private static byte[] Visible(Kernels kernels, Tensor embedding, MemoryLevel level, LookConstraint? constraint)
    {
        using Tensor logits = kernels.Multiply(embedding, level.MaskFeatures);
        int cells = logits.Width;
        byte[] visible = new byte[logits.Count];
        kernels.Team.Run(
            logits.Rows,
            query =>
            {
                Span<byte> own = visible.AsSpan(query * cells, cells);
                Span<float> row = logits.Row(query);
                for (int cell = 0; cell < cells; cell++)
                {
                    own[cell] = row[cell] >= 0 ? (byte)1 : (byte)0;
                }

                constraint?.Apply(query, own, level.Size.Height, level.Size.Width);
                if (own.IndexOfAnyExcept((byte)0) < 0)
                {
                    own.Fill(1);
                }
            }
        );
        return visible;
    }

    /// <summary>Mask2Former's layer, in place: masked cross-attention, self-attention, feed-forward, each with its residual and
    /// a norm after it.</summary>
    private static void Forward(
        Kernels kernels,
        Layer layer,
        Tensor x,
        Tensor position,
        MemoryLevel memory,
        byte[] visible,
        bool alone
    )
    {
        using (Tensor asking = x.Clone())
        {
            kernels.Add(asking, position);
            using Tensor seen = layer.Cross.Forward(kernels, asking, memory.Keys, memory.Values, visible);
            kernels.Add(x, seen);
            kernels.LayerNorm(x, layer.Norms[0], x);
        }

        using (Tensor asking = x.Clone())
        {
            kernels.Add(asking, position);
            using Tensor told = alone ? layer.Self.ForwardAlone(kernels, x) : layer.Self.Forward(kernels, asking, asking, x);
            kernels.Add(x, told);
            kernels.LayerNorm(x, layer.Norms[1], x);
        }

        using Tensor wide = kernels.Multiply(x, layer.Expand, Activation.Relu);
        kernels.Multiply(wide, layer.Contract, x, add: true);
        kernels.LayerNorm(x, layer.Norms[2], x);
    }

    private static Layer ReadLayer(WeightReader weights, PerceptionConfig config)
    {
        int channels = config.Channels;
        return new Layer(
            new MultiHeadAttention(weights.At("cross_attention"), channels, config.Heads),
            new MultiHeadAttention(weights.At("self_attention"), channels, config.Heads),
            weights.At("feed_forward.0").Linear(channels, config.DecoderFeedForward),
            weights.At("feed_forward.1").Linear(config.DecoderFeedForward, channels),
            [.. Enumerable.Range(0, 3).Select(i => weights.At($"norms.{i}").Norm(channels))]
        );
    }

    private sealed record Layer(
        MultiHeadAttention Cross,
        MultiHeadAttention Self,
        PackedMatrix Expand,
        PackedMatrix Contract,
        Norm[] Norms
    );
}
