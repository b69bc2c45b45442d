namespace OmgLlava.Training.Segmentation;

/// <summary>The linear assignment problem: pairs of least total cost (Kuhn-Munkres with potentials, O(rows² ·
/// columns)).</summary>
internal static class LinearAssignment
{
    /// <summary>Finds the best pairs.</summary>
    /// <param name="costs">(rows, columns), row-major, finite.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <returns>The column of each row; -1 for rows that get none because there are more rows than columns.</returns>
    /// <exception cref="ArgumentException">A cost is not finite, or their number is wrong.</exception>
    public static int[] Solve(ReadOnlySpan<double> costs, int rows, int columns)
    {
        if (costs.Length != rows * columns)
        {
            throw new ArgumentException($"{rows} x {columns} costs are needed, not {costs.Length}.", nameof(costs));
        }

        foreach (double cost in costs)
        {
            if (!double.IsFinite(cost))
            {
                throw new ArgumentException("Costs must be finite.", nameof(costs));
            }
        }

        if (rows <= columns)
        {
            return SolveWide(costs, rows, columns);
        }

        double[] transposed = new double[costs.Length];
        for (int i = 0; i < costs.Length; i++)
        {
            transposed[(i % columns * rows) + (i / columns)] = costs[i];
        }

        int[] rowOfColumn = SolveWide(transposed, columns, rows);
        int[] result = new int[rows];
        Array.Fill(result, -1);
        for (int column = 0; column < columns; column++)
        {
            result[rowOfColumn[column]] = column;
        }

        return result;
    }

    /// <summary>Adds row after row along the shortest augmenting path; index 0 stands for no row and no column.</summary>
    private static int[] SolveWide(ReadOnlySpan<double> costs, int rows, int columns)
    {
        double[] rowPotential = new double[rows + 1];
        double[] columnPotential = new double[columns + 1];
        int[] rowOf = new int[columns + 1];
        int[] previous = new int[columns + 1];
        double[] shortest = new double[columns + 1];
        bool[] visited = new bool[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            rowOf[0] = row;
            Array.Fill(shortest, double.PositiveInfinity);
            Array.Clear(visited);
            int column = 0;
            do
            {
                visited[column] = true;
                int current = rowOf[column];
                int best = 0;
                double step = double.PositiveInfinity;
                for (int c = 1; c <= columns; c++)
                {
                    if (visited[c])
                    {
                        continue;
                    }

                    double reduced = costs[((current - 1) * columns) + c - 1] - rowPotential[current] - columnPotential[c];
                    if (reduced < shortest[c])
                    {
                        (shortest[c], previous[c]) = (reduced, column);
                    }

                    if (shortest[c] < step)
                    {
                        (step, best) = (shortest[c], c);
                    }
                }

                for (int c = 0; c <= columns; c++)
                {
                    if (visited[c])
                    {
                        rowPotential[rowOf[c]] += step;
                        columnPotential[c] -= step;
                    }
                    else
                    {
                        shortest[c] -= step;
                    }
                }

                column = best;
            } while (rowOf[column] != 0);

            for (; column != 0; column = previous[column])
            {
                rowOf[column] = rowOf[previous[column]];
            }
        }

        int[] result = new int[rows];
        for (int c = 1; c <= columns; c++)
        {
            if (rowOf[c] != 0)
            {
                result[rowOf[c] - 1] = c - 1;
            }
        }

        return result;
    }
}
