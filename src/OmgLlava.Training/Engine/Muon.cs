using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Training.Engine;

/// <summary>
/// The direction of Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers"): a matrix's momentum with all its singular
/// values brought near one, so that what few samples teach moves a matrix as far as what all of them teach.
/// </summary>
internal static class Muon
{
    private const int Iterations = 5;
    private const double Epsilon = 1e-7;

    /// <summary>Of each singular value s makes as + bs³ + cs⁵, which drives small ones up steeply and leaves all between about
    /// 0.7 and 1.2.</summary>
    private static readonly (double A, double B, double C) Quintic = (3.4445, -4.7750, 2.0315);

    /// <summary>
    /// A step as long as AdamW's would be, so that one learning rate serves both (Liu et al. 2025, "Muon is scalable for LLM
    /// training", equation 4).
    /// </summary>
    /// <param name="momentum">(m, n).</param>
    /// <returns>(m, n), of root mean square 0.2, owned by the current dispose scope.</returns>
    public static Tensor Direction(Tensor momentum)
    {
        const double AdamSize = 0.2;
        return Orthogonalize(momentum).Mul(AdamSize * Math.Sqrt(Math.Max(momentum.shape[0], momentum.shape[1])));
    }

    /// <summary>The nearest matrix with orthonormal rows or columns, roughly, by a Newton-Schulz iteration.</summary>
    /// <param name="matrix">(m, n).</param>
    /// <returns>(m, n), owned by the current dispose scope.</returns>
    public static Tensor Orthogonalize(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        bool tall = matrix.shape[0] > matrix.shape[1];
        Tensor x = tall ? matrix.t() : matrix; // the products are of the shorter side
        x = x.div(x.norm().Add(Epsilon));
        for (int i = 0; i < Iterations; i++)
        {
            Tensor square = x.mm(x.t());
            Tensor factor = square.Mul(Quintic.B).Add(square.mm(square).Mul(Quintic.C));
            x = x.Mul(Quintic.A).Add(factor.mm(x));
        }

        return (tall ? x.t().contiguous() : x).MoveToOuterDisposeScope();
    }
}
