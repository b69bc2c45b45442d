using OmgLlava.Torch.Layers;
using OmgLlava.Training.Engine;
using static TorchSharp.torch;

namespace OmgLlava.Training.Ranks;

/// <summary>
/// The sum of the gradients of all passes of a step, each rank computing some of them. In the last pass of a rank each bucket
/// goes out as soon as it is there. Sums have 64 bits: those of a few numbers of 32 bits are then exact but for the rarest
/// cases, so that the order in which MPI adds does not matter, and neither does the number of ranks.
/// </summary>
/// <param name="optimizer">Knows what trains.</param>
/// <param name="ranks">The processes.</param>
internal sealed class GradientExchange(AdamW optimizer, RankGroup ranks) : IDisposable
{
    private const long LargestMessage = 1 << 24; // numbers

    private readonly GradientBuckets _buckets = new(optimizer);
    private readonly Tensor _sums = zeros(optimizer.Count, float64).DetachFromDisposeScope();
    private bool[] _ready = [];
    private int _next;

    /// <summary>The sum over the parts of all ranks.</summary>
    /// <param name="parts">This rank's passes, at least one.</param>
    /// <param name="loss">Runs one forwards; its tensors belong to the current dispose scope.</param>
    /// <returns>Float32 (n), as <see cref="AdamW.Gradient"/>, the same in all ranks.</returns>
    public Tensor Sum<T>(IReadOnlyList<T> parts, Func<T, Tensor> loss)
    {
        _buckets.Tie();
        _sums.zero_();
        _ready = new bool[_buckets.Buckets.Count];
        _next = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            bool last = i == parts.Count - 1;
            using var scope = NewDisposeScope();
            _buckets.Backward(loss(parts[i]), (bucket, gradient) => Add(bucket, gradient, last));
        }

        ranks.FinishSums();
        using Tensor sums = _sums.narrow(0, 0, optimizer.Start(optimizer.Started));
        return sums.to(float32).to(optimizer.Weights.device);
    }

    public void Dispose()
    {
        _buckets.Dispose();
        _sums.Dispose();
    }

    private void Add(int index, Tensor? gradient, bool last)
    {
        if (gradient is not null)
        {
            GradientBuckets.Bucket bucket = _buckets.Buckets[index];
            using Tensor own = gradient.cpu();
            using Tensor sum = _sums.narrow(0, bucket.Start, bucket.Length);
            sum.AddInPlace(own);
        }

        if (!last)
        {
            return;
        }

        _ready[index] = true;
        for (; _next < _ready.Length && _ready[_next]; _next++) // in the same order everywhere
        {
            Send(_buckets.Buckets[_next]);
        }
    }

    private void Send(GradientBuckets.Bucket bucket)
    {
        for (long start = bucket.Start; start < bucket.Start + bucket.Length; start += LargestMessage)
        {
            using Tensor part = _sums.narrow(0, start, Math.Min(LargestMessage, bucket.Start + bucket.Length - start));
            ranks.BeginSum(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(part.bytes));
        }
    }
}
