using OmgLlava.Torch.Layers;
using OmgLlava.World;
using static TorchSharp.torch;

namespace OmgLlava.Training.Segmentation;

/// <summary>
/// Teaches queries the state that their thing is in: a linear layer must read it off them. Neither masks nor classes give a query
/// reason to tell a broken thing from a whole one; the published system has nothing like it.
/// </summary>
internal sealed class ConditionLoss : IDisposable
{
    private readonly Linear _head;

    /// <param name="channels">C of the queries.</param>
    /// <param name="device">Where the layer lives.</param>
    /// <param name="seed">The same seed gives the same layer.</param>
    public ConditionLoss(int channels, Device device, int seed)
    {
        _head = new Linear(channels, Enum.GetValues<ThingCondition>().Length, Placement.Default with { Device = device });
        WeightInitialization.Draw(_head, new Generator((ulong)seed, CPU));
    }

    /// <summary>The layer's parameters. It is no part of the model and not saved with it.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Parameters =>
        _head.named_parameters().Select(p => ("condition_head." + p.name, (Tensor)p.parameter));

    /// <summary>Mean cross-entropy of the states that are known; zero where none is.</summary>
    /// <param name="queries">(M, C): normalised queries.</param>
    /// <param name="conditions">M states; null where it is not known.</param>
    public Tensor Compute(Tensor queries, IReadOnlyList<ThingCondition?> conditions)
    {
        const long Unknown = -100;
        using var scope = NewDisposeScope();
        Tensor logits = _head.forward(queries.to(float32));
        if (conditions.All(condition => condition is null))
        {
            return logits.sum().Mul(0).MoveToOuterDisposeScope();
        }

        Tensor labels = tensor(
            [.. conditions.Select(condition => condition is { } known ? (long)known : Unknown)],
            device: queries.device
        );
        return nn.functional.cross_entropy(logits, labels, ignore_index: Unknown).MoveToOuterDisposeScope();
    }

    public void Dispose() => _head.Dispose();
}
