using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>
/// Everything that the frozen perception module knows of a batch of images, and all that later steps need: the language model's
/// image tokens, visual prompts, [SEG] masks and the segmentation results are made from it alone. Immutable, so one perception
/// can serve many chats at once. It owns its tensors until disposed.
/// </summary>
/// <param name="Size">Height and width of the model's input, the same for the whole batch.</param>
/// <param name="Memory">What the mask decoder looks at.</param>
/// <param name="ClassLogits">(B, Q, K + 1): the last one, of the void class, is 0.</param>
/// <param name="IouLogits">(B, Q, 1): the IoU that each query expects of its mask.</param>
/// <param name="MaskLogits">(B, Q, H/4, W/4), or (B, Q, H/2, W/2) with <see cref="PerceptionConfig.MaskDetailChannels"/>.</param>
/// <param name="ObjectQueries">(B, Q, 2C) or (B, Q, 2C + K), see <see cref="DecodedQueries.Joined"/>.</param>
/// <param name="PixelFeatures">(B, h * w, r * r * C_3) with h = H / 32r, w = W / 32r: the last encoder stage, each r x r block (r
/// is the pixel shuffle ratio, 2 as published) in one row.</param>
/// <param name="Prior">The perception prior on the same grid.</param>
internal sealed record TorchPerception(
    (int Height, int Width) Size,
    DecoderMemory Memory,
    Tensor ClassLogits,
    Tensor IouLogits,
    Tensor MaskLogits,
    Tensor ObjectQueries,
    Tensor PixelFeatures,
    PerceptionPrior Prior
) : IDisposable
{
    /// <summary>Images in the batch.</summary>
    public long Count => ClassLogits.shape[0];

    /// <summary>One image of the batch. The result shares the batch's memory and must be disposed like it.</summary>
    public TorchPerception Image(long index) =>
        new(
            Size,
            Memory.Image(index) with
            {
                Positions = [.. Memory.Positions.Select(position => position.alias())],
            },
            ClassLogits.narrow(0, index, 1),
            IouLogits.narrow(0, index, 1),
            MaskLogits.narrow(0, index, 1),
            ObjectQueries.narrow(0, index, 1),
            PixelFeatures.narrow(0, index, 1),
            new PerceptionPrior(Prior.PixelQueries.narrow(0, index, 1), Prior.Unassigned.narrow(0, index, 1))
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors())
        {
            tensor.Dispose();
        }
    }

    /// <summary>A copy that shares no memory with this one.</summary>
    internal TorchPerception Copy() =>
        new(
            Size,
            Memory with
            {
                MaskFeatures = Memory.MaskFeatures.clone(),
                LevelMaskFeatures = [.. Memory.LevelMaskFeatures.Select(map => map.clone())],
                Values = [.. Memory.Values.Select(value => value.clone())],
                Positions = [.. Memory.Positions.Select(position => position.clone())],
                Detail = Memory.Detail?.clone(),
                Encoded = Memory.Encoded?.clone(),
                Colors = Memory.Colors?.clone(),
            },
            ClassLogits.clone(),
            IouLogits.clone(),
            MaskLogits.clone(),
            ObjectQueries.clone(),
            PixelFeatures.clone(),
            new PerceptionPrior(Prior.PixelQueries.clone(), Prior.Unassigned.clone())
        );

    /// <summary>Takes all tensors out of the current dispose scope, so that they live until <see cref="Dispose"/>.</summary>
    internal TorchPerception Detach()
    {
        foreach (Tensor tensor in Tensors())
        {
            tensor.DetachFromDisposeScope();
        }

        return this;
    }

    /// <summary>Hands all tensors to the dispose scope around the current one.</summary>
    internal TorchPerception MoveToOuterDisposeScope()
    {
        foreach (Tensor tensor in Tensors())
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }

    internal IEnumerable<Tensor> Tensors() =>
        [
            Memory.MaskFeatures,
            .. Memory.LevelMaskFeatures,
            .. Memory.Values,
            .. Memory.Positions,
            ClassLogits,
            IouLogits,
            MaskLogits,
            ObjectQueries,
            PixelFeatures,
            Prior.PixelQueries,
            Prior.Unassigned,
            .. Memory.Detail is { } detail ? (Tensor[])[detail] : [],
            .. Memory.Encoded is { } encoded ? (Tensor[])[encoded] : [],
            .. Memory.Colors is { } colors ? (Tensor[])[colors] : [],
        ];
}
