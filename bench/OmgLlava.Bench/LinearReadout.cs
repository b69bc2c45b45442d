namespace OmgLlava.Bench;

/// <summary>A class for features by the highest of linear scores.</summary>
internal sealed class LinearReadout
{
    private readonly double[][] _weights; // (classes, features)
    private readonly double[] _bias;

    private LinearReadout(double[][] weights, double[] bias) => (_weights, _bias) = (weights, bias);

    /// <summary>The class of the nearest mean.</summary>
    public static LinearReadout Centroids(double[][] features, int[] classes, int count)
    {
        double[][] means = Means(features, classes, count);
        return new LinearReadout(means, [.. means.Select(mean => -mean.Sum(value => value * value) / 2)]);
    }

    /// <summary>Ridge regression to one number a class, 1 for its own and 0 for others, each class counting alike.</summary>
    /// <param name="features">(N, D).</param>
    /// <param name="classes">(N).</param>
    /// <param name="count">Classes.</param>
    /// <param name="ridge">Added to the diagonal, in shares of its mean.</param>
    public static LinearReadout Fit(double[][] features, int[] classes, int count, double ridge)
    {
        int width = features[0].Length;
        double[] weights = [.. classes.Select(own => 1.0 / classes.Count(other => other == own))];
        double all = weights.Sum();
        double[] mean = new double[width];
        foreach ((double[] row, double weight) in features.Zip(weights))
        {
            Add(mean, row, weight / all);
        }

        double[][] spread = [.. Enumerable.Range(0, width).Select(_ => new double[width])];
        double[][] target = [.. Enumerable.Range(0, width).Select(_ => new double[count])];
        foreach ((double[] row, double weight, int own) in features.Zip(weights, classes))
        {
            double[] centred = [.. row.Zip(mean, (value, middle) => value - middle)];
            for (int i = 0; i < width; i++)
            {
                Add(spread[i], centred, weight * centred[i]);
                target[i][own] += weight * centred[i];
            }
        }

        double diagonal = Enumerable.Range(0, width).Average(i => spread[i][i]);
        for (int i = 0; i < width; i++)
        {
            spread[i][i] += ridge * diagonal;
        }

        Solve(spread, target);
        double[][] rows = [.. Enumerable.Range(0, count).Select(c => target.Select(row => row[c]).ToArray())];
        return new LinearReadout(rows, [.. rows.Select(row => (1.0 / count) - Dot(row, mean))]);
    }

    /// <summary>The class of the highest score.</summary>
    public int Best(double[] features) =>
        Enumerable.Range(0, _weights.Length).MaxBy(c => _bias[c] + Dot(_weights[c], features));

    private static double[][] Means(double[][] features, int[] classes, int count)
    {
        double[][] means = [.. Enumerable.Range(0, count).Select(_ => new double[features[0].Length])];
        int[] counts = [.. Enumerable.Range(0, count).Select(c => classes.Count(own => own == c))];
        foreach ((double[] row, int own) in features.Zip(classes))
        {
            Add(means[own], row, 1.0 / counts[own]);
        }

        return means;
    }

    /// <summary>Turns the right side into the solution, by elimination; the matrix is symmetric and positive definite.</summary>
    private static void Solve(double[][] matrix, double[][] right)
    {
        int size = matrix.Length;
        for (int pivot = 0; pivot < size; pivot++)
        {
            for (int row = pivot + 1; row < size; row++)
            {
                double factor = matrix[row][pivot] / matrix[pivot][pivot];
                Add(matrix[row], matrix[pivot], -factor);
                Add(right[row], right[pivot], -factor);
            }
        }

        for (int pivot = size - 1; pivot >= 0; pivot--)
        {
            for (int later = pivot + 1; later < size; later++)
            {
                Add(right[pivot], right[later], -matrix[pivot][later]);
            }

            for (int c = 0; c < right[pivot].Length; c++)
            {
                right[pivot][c] /= matrix[pivot][pivot];
            }
        }
    }

    private static void Add(double[] target, double[] values, double factor)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += factor * values[i];
        }
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
