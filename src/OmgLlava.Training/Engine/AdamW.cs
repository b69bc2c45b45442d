using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Engine;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2) on all parameters at once: they lie one after the other in one float32 vector,
/// as do their moments, so that a step is a handful of operations and a bfloat16 model keeps exact weights here. Hidden matrices
/// can go <see cref="Muon"/>'s way instead.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly IReadOnlyList<TrainableParameter> _parameters;
    private readonly long[] _starts;
    private readonly Tensor _rates;
    private readonly Tensor _decays;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly int[] _orthogonal;

    /// <param name="parameters">What to train, those that start later behind the others; each is told to require
    /// gradients.</param>
    /// <param name="betas">Decay rates of the two moments.</param>
    /// <param name="weightDecay">Decoupled weight decay of the parameters that have one.</param>
    /// <param name="muon">Moves hidden matrices as <see cref="Muon"/> does instead; the second moment does not count for
    /// them.</param>
    public AdamW(IReadOnlyList<TrainableParameter> parameters, IReadOnlyList<double> betas, double weightDecay, bool muon = false)
    {
        (_parameters, _beta1, _beta2) = (parameters, betas[0], betas[1]);
        _orthogonal = muon ? [.. parameters.Index().Where(p => p.Item.IsHiddenMatrix).Select(p => p.Index)] : [];
        _starts = new long[parameters.Count + 1];
        for (int i = 0; i < parameters.Count; i++)
        {
            parameters[i].Tensor.requires_grad_(true);
            _starts[i + 1] = _starts[i] + parameters[i].Tensor.numel();
        }

        using var noGradient = no_grad();
        Device device = parameters[0].Tensor.device;
        Weights = Keep(cat([.. parameters.Select(p => p.Tensor.detach().flatten().to(float32))]));
        FirstMoment = Keep(zeros(Weights.shape, float32, device));
        SecondMoment = Keep(zeros(Weights.shape, float32, device));
        _rates = Keep(PerElement(p => p.RateFactor));
        _decays = Keep(PerElement(p => p.Decays ? weightDecay * p.RateFactor : 0));
    }

    /// <summary>(n): the exact weights.</summary>
    public Tensor Weights { get; }

    /// <summary>(n): running mean of the gradient.</summary>
    public Tensor FirstMoment { get; }

    /// <summary>(n): running mean of its square.</summary>
    public Tensor SecondMoment { get; }

    /// <summary>What trains, in the order of the vectors.</summary>
    public IReadOnlyList<TrainableParameter> Parameters => _parameters;

    /// <summary>Steps taken.</summary>
    public int Steps { get; set; }

    /// <summary>Numbers that train.</summary>
    public long Count => _starts[^1];

    /// <summary>How many of the parameters change in the next step.</summary>
    public int Started => _parameters.TakeWhile(p => p.Start <= Steps).Count();

    /// <summary>Where a parameter begins in the vectors; behind the last one, their end.</summary>
    public long Start(int parameter) => _starts[parameter];

    /// <summary>The gradient of a loss; several threads may ask at once, each for its own loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <returns>Float32 (n), without the parameters that have not started: zero where the loss does not depend on a
    /// parameter.</returns>
    public Tensor Gradient(Tensor loss)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor[] all = [.. _parameters.Take(Started).Select(p => p.Tensor)];
        IList<Tensor> gradients = autograd.grad([loss], all, allow_unused: true);
        return cat([
                .. gradients.Zip(
                    all,
                    (gradient, parameter) =>
                        gradient.IsInvalid ? zeros(parameter.numel(), float32, parameter.device) : gradient.flatten().to(float32)
                ),
            ])
            .MoveToOuterDisposeScope();
    }

    /// <summary>Takes one step along a gradient.</summary>
    /// <param name="gradient">See <see cref="Gradient"/>; changed when it is too long.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="clipNorm">Largest norm of the gradient; a longer one is shortened.</param>
    /// <returns>The gradient's norm before it was shortened. Where it is not a number, no step is taken.</returns>
    public double Step(Tensor gradient, double rate, double clipNorm) => Step(gradient, Norm(gradient), rate, clipNorm);

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(Tensor gradient)
    {
        using Tensor norm = gradient.norm();
        return norm.item<float>();
    }

    /// <summary>Takes one step along a gradient whose norm is known.</summary>
    public double Step(Tensor gradient, double norm, double rate, double clipNorm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        gradient.MulInPlace(Math.Min(1, clipNorm / (norm + 1e-6)));
        int started = Started;
        Steps++;
        Tensor weights = Part(Weights);
        Tensor first = Part(FirstMoment).MulInPlace(_beta1).AddInPlace(gradient, 1 - _beta1);
        Tensor second = Part(SecondMoment).MulInPlace(_beta2).AddcmulInPlace(gradient, gradient, 1 - _beta2);
        Tensor size = second.Div(1 - Math.Pow(_beta2, Steps)).sqrt_().AddInPlace(Epsilon);
        Tensor change = first.Div(1 - Math.Pow(_beta1, Steps)).div_(size);
        foreach (int index in _orthogonal.Where(index => index < started))
        {
            // Nesterov's look ahead.
            Slice(change, index)
                .copy_(Muon.Direction(Slice(FirstMoment, index).Mul(_beta1).AddInPlace(Slice(gradient, index), 1 - _beta1)));
        }

        change.mul_(Part(_rates)).AddcmulInPlace(Part(_decays), weights);
        weights.AddInPlace(change, -rate);
        WriteBack(started);
        return norm;

        Tensor Part(Tensor vector) => vector.narrow(0, 0, _starts[started]);
    }

    /// <summary>Copies the exact weights into the model.</summary>
    public void WriteBack() => WriteBack(_parameters.Count);

    private void WriteBack(int count)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach ((TrainableParameter parameter, int index) in _parameters.Take(count).Select((p, i) => (p, i)))
        {
            parameter.Tensor.copy_(Slice(Weights, index));
        }
    }

    /// <summary>The three vectors cut up by parameter, as views: <c>weight.NAME</c>, <c>first_moment.NAME</c>,
    /// <c>second_moment.NAME</c>.</summary>
    public IEnumerable<(string Name, Tensor Values)> State() =>
        from vector in (IEnumerable<(string Prefix, Tensor Values)>)
            [("weight.", Weights), ("first_moment.", FirstMoment), ("second_moment.", SecondMoment)]
        from index in Enumerable.Range(0, _parameters.Count)
        select (vector.Prefix + _parameters[index].Name, Slice(vector.Values, index));

    public void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[Weights, FirstMoment, SecondMoment, _rates, _decays])
        {
            tensor.Dispose();
        }
    }

    private Tensor Slice(Tensor vector, int index) =>
        vector.narrow(0, _starts[index], _starts[index + 1] - _starts[index]).view(_parameters[index].Tensor.shape);

    private Tensor PerElement(Func<TrainableParameter, double> value) =>
        cat([.. _parameters.Select(p => ScalarArithmetic.Full([p.Tensor.numel()], value(p), float32, p.Tensor.device))]);

    private static Tensor Keep(Tensor tensor) => tensor.DetachFromDisposeScope();
}
