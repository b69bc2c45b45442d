using OmgLlava.Training.Segmentation;

namespace OmgLlava.Tests.Training.Segmentation;

public class LinearAssignmentTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 6)]
    [InlineData(6, 4)]
    [InlineData(5, 7)]
    public void Finds_the_pairs_that_trying_all_finds(int rows, int columns)
    {
        var random = new Random(rows + (10 * columns));
        for (int trial = 0; trial < 200; trial++)
        {
            double[] costs =
            [
                .. Enumerable.Range(0, rows * columns).Select(_ => trial % 2 == 0 ? random.NextDouble() - 0.5 : random.Next(4)),
            ];
            int[] pairs = LinearAssignment.Solve(costs, rows, columns);
            Assert.Equal(Math.Min(rows, columns), pairs.Count(column => column >= 0));
            Assert.Equal(pairs.Count(column => column >= 0), pairs.Where(column => column >= 0).Distinct().Count());
            double total = pairs.Index().Where(p => p.Item >= 0).Sum(p => costs[(p.Index * columns) + p.Item]);
            Assert.Equal(Best(costs, rows, columns), total, 1e-9);
        }
    }

    [Fact]
    public void Costs_that_are_no_numbers_are_refused() =>
        Assert.Throws<ArgumentException>(() => LinearAssignment.Solve([double.NaN], 1, 1));

    [Fact]
    public void Nothing_to_pair_gives_nothing() => Assert.Empty(LinearAssignment.Solve([], 0, 5));

    /// <summary>Tries every choice, row by row; more rows than columns leave some without.</summary>
    private static double Best(double[] costs, int rows, int columns, int row = 0, int used = 0, int skipped = 0)
    {
        if (row == rows)
        {
            return 0;
        }

        double best = skipped < rows - columns ? Best(costs, rows, columns, row + 1, used, skipped + 1) : double.PositiveInfinity;
        for (int column = 0; column < columns; column++)
        {
            if ((used & (1 << column)) == 0)
            {
                best = Math.Min(
                    best,
                    costs[(row * columns) + column] + Best(costs, rows, columns, row + 1, used | (1 << column), skipped)
                );
            }
        }

        return best;
    }
}
