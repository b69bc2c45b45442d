using System.Runtime.ExceptionServices;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Engine;

/// <summary>
/// Computes the parts of a sum side by side, each on one thread with its share of the cores. The parts are added in their order
/// and in 64 bits, so that the sum depends neither on which of them is ready first nor on how they are spread over processes.
/// </summary>
/// <param name="members">Threads; one computes on the calling thread with all cores.</param>
internal sealed class ComputeTeam(int members)
{
    /// <summary>The sum of what is computed for each part.</summary>
    /// <param name="parts">At least one.</param>
    /// <param name="compute">Gives a float32 tensor that the current dispose scope owns; all of one shape.</param>
    public Tensor Sum<T>(IReadOnlyList<T> parts, Func<T, Tensor> compute)
    {
        var results = new Tensor[parts.Count];
        if (members == 1)
        {
            for (int i = 0; i < parts.Count; i++)
            {
                results[i] = Compute(i);
            }
        }
        else
        {
            int threads = Math.Max(1, Environment.ProcessorCount / members);
            try
            {
                Parallel.For(
                    0,
                    parts.Count,
                    new ParallelOptions { MaxDegreeOfParallelism = members },
                    i => results[i] = Narrowly(i)
                );
            }
            catch (AggregateException error)
            {
                ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
            }

            Tensor Narrowly(int part)
            {
                int before = get_num_threads();
                set_num_threads(threads);
                try
                {
                    return Compute(part);
                }
                finally
                {
                    set_num_threads(before);
                }
            }
        }

        if (results.Length == 1)
        {
            return results[0];
        }

        using var noGradient = no_grad();
        using Tensor sum = results[0].to(float64);
        results[0].Dispose();
        foreach (Tensor result in results.Skip(1))
        {
            using (result)
            {
                sum.AddInPlace(result);
            }
        }

        return sum.to(float32);

        Tensor Compute(int part)
        {
            using var scope = NewDisposeScope();
            return compute(parts[part]).DetachFromDisposeScope();
        }
    }
}
