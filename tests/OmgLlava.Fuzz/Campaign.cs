using System.Diagnostics;
using System.Globalization;

namespace OmgLlava.Fuzz;

/// <summary>Runs one target's inputs through workers, begins a new one where one dies, and sees to it that none hangs or
/// grows.</summary>
/// <param name="program">Folder of the instrumented program.</param>
/// <param name="seed">Chance.</param>
/// <param name="findingsFolder">Where findings go.</param>
internal sealed class Campaign(string program, int seed, string findingsFolder)
{
    private const long MostMilliseconds = 5000;
    private const long MostResident = 2L << 30;
    private const int MostDeaths = 20;

    /// <summary>Runs a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="until">When to stop at the latest.</param>
    /// <returns>What was read.</returns>
    public CampaignResult Run(FuzzTarget target, long inputs, DateTime until)
    {
        var findings = new Findings(findingsFolder);
        string path = Path.GetTempFileName();
        using var state = new WorkerState(path);
        var clock = Stopwatch.StartNew();
        int deaths = 0;
        for (; state.Index < inputs && DateTime.UtcNow < until && deaths < MostDeaths; deaths++)
        {
            (string Kind, string Story)? fault = Watch(target, inputs, path, state, until);
            if (fault is null)
            {
                break;
            }

            // Its kind is one of a place: what the last input of each worker died of is told apart by how it died.
            findings.Add(target.Name, $"{fault.Value.Kind} {deaths}", state.Input, fault.Value.Story);
            state.Index++;
            state.Begun = 0;
        }

        var result = new CampaignResult(target.Name, state.Index, clock.Elapsed, state.Kept, state.Edges, deaths);
        state.Dispose();
        File.Delete(path);
        return result;
    }

    private (string Kind, string Story)? Watch(FuzzTarget target, long inputs, string path, WorkerState state, DateTime until)
    {
        string[] arguments =
        [
            Path.Combine(program, "OmgLlava.Fuzz.dll"),
            "worker",
            target.Name,
            path,
            findingsFolder,
            seed.ToString(CultureInfo.InvariantCulture),
            inputs.ToString(CultureInfo.InvariantCulture),
        ];
        using Process worker = Process.Start(
            new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
            {
                RedirectStandardError = true,
            }
        )!;
        Task<string> errors = worker.StandardError.ReadToEndAsync();
        while (!worker.WaitForExit(200))
        {
            long begun = state.Begun;
            string? kind =
                begun != 0 && Environment.TickCount64 - begun > MostMilliseconds ? "hang"
                : Resident(worker) > MostResident ? "memory"
                : null;
            if (kind is not null || DateTime.UtcNow >= until)
            {
                worker.Kill();
                worker.WaitForExit();
                return kind is null
                    ? null
                    : (
                        kind,
                        kind == "hang"
                            ? $"Reading took longer than {MostMilliseconds} ms."
                            : $"The process grew beyond {MostResident >> 20} MB."
                    );
            }
        }

        return worker.ExitCode == 0
            ? null
            : ("crash", $"The process ended with {worker.ExitCode}.\n{errors.GetAwaiter().GetResult()}");
    }

    private static long Resident(Process process)
    {
        process.Refresh();
        return process.HasExited ? 0 : process.WorkingSet64;
    }
}
