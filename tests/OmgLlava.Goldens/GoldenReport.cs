using System.Globalization;

namespace OmgLlava.Goldens;

/// <summary>The outcome of one golden case.</summary>
/// <param name="Case">Folder name.</param>
/// <param name="Compared">Tensors and texts compared.</param>
/// <param name="LargestError">Absolute error where the tolerance was used most.</param>
/// <param name="Worst">The tensor that this was in.</param>
/// <param name="Share">That error over what the tolerance allows.</param>
/// <param name="Tolerance">The case's tolerance.</param>
/// <param name="Passed">Whether everything was within it.</param>
internal sealed record GoldenResult(
    string Case,
    int Compared,
    double LargestError,
    string Worst,
    double Share,
    string Tolerance,
    bool Passed
);

/// <summary>Appends the outcomes to the file that <c>OMG_GOLDEN_REPORT</c> names, for <c>tests/goldens.sh</c> to print.</summary>
internal static class GoldenReport
{
    private static readonly Lock Gate = new();

    public static void Add(GoldenResult result)
    {
        string? path = Environment.GetEnvironmentVariable("OMG_GOLDEN_REPORT");
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Case}\t{result.Compared}\t{result.LargestError:E1}\t{result.Share:P0}\t{result.Worst}\t{result.Tolerance}\t{(result.Passed ? "pass" : "FAIL")}\n"
        );
        lock (Gate)
        {
            File.AppendAllText(path, line);
        }
    }
}
