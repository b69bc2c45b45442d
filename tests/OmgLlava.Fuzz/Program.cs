using System.CommandLine;
using System.Globalization;
using OmgLlava;
using OmgLlava.Fuzz;
using OmgLlava.Fuzz.Targets;
using Spectre.Console;

if (args is ["worker", var target, var path, var folder, var seedText, var endText])
{
    using var state = new WorkerState(path);
    FuzzWorker.Run(
        AllTargets.List.First(t => t.Name == target),
        int.Parse(seedText, CultureInfo.InvariantCulture),
        long.Parse(endText, CultureInfo.InvariantCulture),
        state,
        new Findings(folder)
    );
    Environment.Exit(0); // whatever still runs behind a target does not matter
}

var inputs = new Option<long>("--inputs")
{
    Description = "Inputs in all, shared among the targets by their weights.",
    DefaultValueFactory = _ => 1_000_000,
};
var minutes = new Option<double>("--minutes")
{
    Description = "Stop after this time at the latest; each target gets its share.",
    DefaultValueFactory = _ => 60,
};
var seed = new Option<int>("--seed")
{
    Description = "Chance: the same seed makes the same inputs.",
    DefaultValueFactory = _ => 1,
};
var only = new Option<string[]>("--target")
{
    Description = $"Only these: {string.Join(", ", AllTargets.List.Select(t => t.Name))}.",
};
var findings = new Option<string>("--findings")
{
    Description = "Folder for inputs that broke something.",
    DefaultValueFactory = _ => "artifacts/fuzz",
};
var replay = new Option<FileInfo?>("--replay")
{
    Description = "Read this one input with the one target given, and let what happens happen.",
};
var command = new RootCommand(
    "Feeds changed inputs to everything in OmgLlava that reads bytes from outside. Exit code 1 when something broke."
)
{
    inputs,
    minutes,
    seed,
    only,
    findings,
    replay,
};
command.SetAction(parsed =>
{
    string[] names = parsed.GetValue(only) ?? [];
    FuzzTarget[] targets = [.. AllTargets.List.Where(t => names.Length == 0 || names.Contains(t.Name))];
    string? unknown = names.FirstOrDefault(name => AllTargets.List.All(t => t.Name != name));
    if (unknown is not null || targets.Length == 0)
    {
        Console.Error.WriteLine(
            $"There is no target '{unknown}'; there are {string.Join(", ", AllTargets.List.Select(t => t.Name))}."
        );
        return 2;
    }

    if (parsed.GetValue(replay) is { } file)
    {
        return Replay(targets[0], file);
    }

    string output = Path.GetFullPath(parsed.GetValue(findings)!);
    int before = Count(output);
    using var code = new InstrumentedCopy();
    var campaign = new Campaign(code.Folder, parsed.GetValue(seed), output);
    var table = new Table().AddColumns("target", "inputs", "a second", "kept", "edges", "deaths");
    int weights = targets.Sum(t => t.Weight);
    long total = 0;
    foreach (FuzzTarget current in targets)
    {
        DateTime until = DateTime.UtcNow.AddMinutes(parsed.GetValue(minutes) * current.Weight / weights);
        CampaignResult result = campaign.Run(current, Math.Max(1, parsed.GetValue(inputs) * current.Weight / weights), until);
        total += result.Inputs;
        Console.Error.WriteLine($"{result.Target}: {result.Inputs} inputs in {result.Time.TotalSeconds:F0} s");
        table.AddRow(
            result.Target,
            Text(result.Inputs),
            Text((long)(result.Inputs / Math.Max(0.001, result.Time.TotalSeconds))),
            Text(result.Kept),
            Text(result.Edges),
            Text(result.Deaths)
        );
    }

    int found = Count(output) - before;
    AnsiConsole.Write(table);
    Console.WriteLine($"{total} inputs, {found} findings{(found > 0 ? $" in {output}" : "")}.");
    return found > 0 ? 1 : 0;
});
return command.Parse(args).Invoke();

static int Replay(FuzzTarget target, FileInfo file)
{
    try
    {
        target.Open().Read(File.ReadAllBytes(file.FullName));
        Console.WriteLine("Read without complaint.");
    }
    catch (OmgLlavaException refusal)
    {
        Console.WriteLine($"Refused: {refusal.Message}");
    }

    return 0;
}

static int Count(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*.bin").Length : 0;

static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
