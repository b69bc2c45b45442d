namespace OmgLlava.Torch.Perception;

/// <summary>The complementary error function, which .NET lacks.</summary>
internal static class ErrorFunction
{
    private const int Terms = 100;

    /// <summary>erfc(x) = 1 - erf(x) to double precision, by the series of erf near 0 and the continued fraction of erfc far from
    /// it.</summary>
    public static double Complement(double x)
    {
        double z = Math.Abs(x);
        double result =
            z < 2.5 ? 1 - Series(z)
            : z > 27 ? 0
            : Fraction(z);
        return x >= 0 ? result : 2 - result;
    }

    /// <summary>2 / sqrt(pi) exp(-z²) sum of 2^n z^(2n + 1) / (1 * 3 * ... * (2n + 1)); every term is positive.</summary>
    private static double Series(double z)
    {
        double term = z;
        double sum = z;
        for (int n = 1; n < Terms; n++)
        {
            term *= 2 * z * z / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z) * sum;
    }

    /// <summary>exp(-z²) / sqrt(pi) / (z + (1/2) / (z + (2/2) / (z + (3/2) / ...))).</summary>
    private static double Fraction(double z)
    {
        double rest = z;
        for (int n = Terms; n > 0; n--)
        {
            rest = z + (n / 2.0 / rest);
        }

        return Math.Exp(-z * z) / Math.Sqrt(Math.PI) / rest;
    }
}
