using System.Runtime.ExceptionServices;
using OmgLlava.Torch.Runtime;
using OmgLlava.Training.Engine;
using static TorchSharp.torch;

namespace OmgLlava.Training.Ranks;

/// <summary>
/// Gradients in portions that are handed over while the backward pass still goes on. The parameters of the model are made of
/// slices of the optimizer's vector of weights, one stretch of it for each portion, so that autograd itself puts the gradients
/// of a stretch together, and tells when they are whole.
/// </summary>
/// <param name="optimizer">Holds the weights.</param>
/// <param name="most">Numbers of a portion, unless one parameter has more.</param>
internal sealed class GradientBuckets(AdamW optimizer, long most = GradientBuckets.Numbers) : IDisposable
{
    /// <summary>4 MB of float32: enough that a message's own cost does not count, small enough to begin early.</summary>
    public const long Numbers = 1 << 20;

    /// <summary>More nodes than any forward pass makes.</summary>
    private const ulong Ahead = 1 << 20;

    private readonly Worker _maker = new();
    private readonly List<Tensor> _roots = [];
    private Bucket[] _buckets = [];
    private Action<int, Tensor?> _arrived = (_, _) => { };
    private bool[] _seen = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>Stretches of the vector, the last first: that is about the order in which gradients come.</summary>
    public IReadOnlyList<Bucket> Buckets => _buckets;

    /// <summary>Makes the parameters of the optimizer's weights as they are now; once before the passes of a step.</summary>
    public void Tie()
    {
        if (_buckets.Length == 0 || _buckets[0].Last != optimizer.Started - 1)
        {
            _buckets = Cut();
            _seen = new bool[_buckets.Length];
        }

        ulong here = GraphOrder.Here;
        _maker.Run(() =>
        {
            GraphOrder.Advance(here + Ahead);
            Release();
            using var scope = NewDisposeScope();
            for (int i = 0; i < _buckets.Length; i++)
            {
                Tie(i);
            }
        });
    }

    /// <summary>Walks back from a loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="arrived">Told each bucket's gradient once, as soon as it is there, in any order: float32, valid during the
    /// call, without gradient mode; null where the loss does not depend on the bucket.</param>
    public void Backward(Tensor loss, Action<int, Tensor?> arrived)
    {
        _arrived = arrived;
        Array.Clear(_seen);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        autograd.grad([loss], _roots, allow_unused: true);
        _failure?.Throw();
        for (int i = 0; i < _seen.Length; i++)
        {
            if (!_seen[i])
            {
                arrived(i, null);
            }
        }
    }

    public void Dispose()
    {
        _maker.Run(Release);
        _maker.Dispose();
    }

    private void Tie(int index)
    {
        Bucket bucket = _buckets[index];
        using var gradient = enable_grad();
        Tensor root = optimizer.Weights.narrow(0, bucket.Start, bucket.Length).detach().requires_grad_(true);
        _roots.Add(root.DetachFromDisposeScope());
        TrainableParameter[] parameters = [.. optimizer.Parameters.Take(bucket.First..(bucket.Last + 1))];
        Tensor watched = Watch.apply(root, new Action<Tensor>(gradient => Arrived(index, gradient)));
        Tensor[] slices = watched.split([.. parameters.Select(p => p.Tensor.numel())]);
        foreach ((TrainableParameter parameter, Tensor slice) in parameters.Zip(slices))
        {
            parameter.Tensor.detach_();
            parameter.Tensor.copy_(slice.view(parameter.Tensor.shape));
        }
    }

    private void Arrived(int index, Tensor gradient)
    {
        try
        {
            _seen[index] = true;
            _arrived(index, gradient);
        }
        catch (Exception error)
        {
            _failure ??= ExceptionDispatchInfo.Capture(error); // not through libtorch, which lies between
        }
    }

    private Bucket[] Cut()
    {
        var buckets = new List<Bucket>();
        int last = optimizer.Started - 1;
        while (last >= 0)
        {
            int first = last;
            while (first > 0 && optimizer.Start(last + 1) - optimizer.Start(first - 1) <= most)
            {
                first--;
            }

            long start = optimizer.Start(first);
            buckets.Add(new Bucket(first, last, start, optimizer.Start(last + 1) - start));
            last = first - 1;
        }

        return [.. buckets];
    }

    private void Release()
    {
        foreach (TrainableParameter parameter in optimizer.Parameters)
        {
            parameter.Tensor.detach_();
        }

        _roots.ForEach(root => root.Dispose());
        _roots.Clear();
    }

    /// <summary>Parameters whose gradients go together.</summary>
    /// <param name="First">The first of them.</param>
    /// <param name="Last">The last of them.</param>
    /// <param name="Start">Where they begin in the vector.</param>
    /// <param name="Length">How many numbers they have.</param>
    public sealed record Bucket(int First, int Last, long Start, long Length);

    /// <summary>The identity; its gradient is told to an action and goes no further.</summary>
    private sealed class Watch : autograd.SingleTensorFunction<Watch>
    {
        private const string Told = "told";

        public override string Name => nameof(Watch);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(Told, vars[1]);
            return ((Tensor)vars[0]).detach();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action<Tensor>)ctx.get_data(Told))(grad_output);
            return [null!, null!];
        }
    }
}
