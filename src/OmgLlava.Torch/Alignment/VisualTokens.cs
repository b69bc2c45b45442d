using static TorchSharp.torch;

namespace OmgLlava.Torch.Alignment;

/// <summary>What the language model sees of a batch of images. Immutable; it owns its tensors until disposed.</summary>
/// <param name="Images">Per image (T, D): pixel tokens, the separator, then one token per valid object query; T differs between
/// images.</param>
/// <param name="Pixels">(B, h * w, D): the pixel tokens alone, which visual prompts may look at.</param>
/// <param name="Objects">Per image int64 (K): the valid object queries in the order of their tokens.</param>
internal sealed record VisualTokens(IReadOnlyList<Tensor> Images, Tensor Pixels, IReadOnlyList<Tensor> Objects) : IDisposable
{
    private IEnumerable<Tensor> Tensors => [.. Images, Pixels, .. Objects];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Hands all tensors to the dispose scope around the current one.</summary>
    internal VisualTokens MoveToOuterDisposeScope()
    {
        foreach (Tensor tensor in Tensors)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }

    /// <summary>Takes all tensors out of the current dispose scope, so that they live until <see cref="Dispose"/>.</summary>
    internal VisualTokens Detach()
    {
        foreach (Tensor tensor in Tensors)
        {
            tensor.DetachFromDisposeScope();
        }

        return this;
    }
}
