using OmgLlava.Imaging;
using OmgLlava.Runtime;

namespace OmgLlava.Verification;

/// <summary>One picture and question through every executor at hand, one after another, so that the memory of one is
/// enough.</summary>
internal static class ExecutorsCheck
{
    public static IReadOnlyList<ExecutorReport> Run(
        string directory,
        OmgLlavaConfig config,
        RgbImage picture,
        VerificationOptions options,
        CancellationToken cancellation
    )
    {
        var reports = new List<ExecutorReport>();
        ExecutorTrace? reference = null;
        foreach (Executor executor in Executor.Of(config))
        {
            cancellation.ThrowIfCancellationRequested();
            MemoryBudget budget = OmgLlavaModel.EstimateMemory(directory, executor.Options);
            if (!budget.Fits)
            {
                reports.Add(new ExecutorReport(executor.Name, budget.ToString(), 0, "", [], [], null));
                continue;
            }

            options.Notes?.Invoke($"Asking by {executor.Name}.");
            var trace = ExecutorTrace.Run(directory, executor, picture, options.Question, options.MaxNewTokens, cancellation);
            IReadOnlyList<PlaceDifference> differences = reference is null ? [] : trace.Compare(reference);
            string? parts = differences.FirstOrDefault(place => place.Share > executor.Tolerance)?.Place;
            reports.Add(
                new ExecutorReport(executor.Name, null, trace.Seconds, trace.Text, trace.Reply.Tokens, differences, parts)
            );
            reference ??= trace;
        }

        return reports;
    }

    /// <summary>What the comparison means. Executors in float32 must agree; what rounding does is told, not judged.</summary>
    public static VerificationCheck Judge(IReadOnlyList<ExecutorReport> reports, OmgLlavaConfig config)
    {
        const string Name = "executors";
        const double ExactTolerance = 0.01;
        var tolerances = Executor.Of(config).ToDictionary(executor => executor.Name, executor => executor.Tolerance);
        ExecutorReport[] ran = [.. reports.Where(report => report.Skipped is null)];
        string[] lines =
        [
            .. reports.Select(report =>
                report.Skipped is { } why ? $"{report.Name}: not run, the model {why}"
                : report.Differences.Count == 0 ? $"{report.Name}: the others are compared with it"
                : report.Parts is { } place ? $"{report.Name}: parts at '{place}'"
                : $"{report.Name}: the same answer, largest difference {report.Differences.Max(place => place.Share):E1} of "
                    + $"the largest value"
            ),
        ];
        return ran.Length == 0 ? VerificationCheck.Noted(Name, "none can run on this machine", lines)
            : ran.Any(report => report.Parts is not null && tolerances[report.Name] < ExactTolerance)
                ? VerificationCheck.Failed(Name, "two that compute in float32 give different results", lines)
            : ran.Any(report => report.Parts is not null)
                ? VerificationCheck.Noted(Name, $"{ran.Length} ran; one that rounds parts from float32", lines)
            : VerificationCheck.Passed(Name, $"{ran.Length} ran and agree", lines);
    }
}
