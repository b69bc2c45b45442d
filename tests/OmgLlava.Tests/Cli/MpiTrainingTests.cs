using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OmgLlava.Tests.Cli;

/// <summary>Training by several processes, as users start it: <c>mpirun -n N omg-llava-train train RECIPE</c>.</summary>
public sealed partial class MpiTrainingTests : IDisposable
{
    private const int Passes = 4;
    private const int Steps = 14;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _one = new();
    private readonly TemporaryFolder _many = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _one.Dispose();
        _many.Dispose();
    }

    /// <summary>To the last bit, whoever computed which pass.</summary>
    [Fact]
    public async Task Ranks_give_the_losses_and_weights_of_one_process_also_when_one_was_killed()
    {
        RequireMpi();
        ProgramRun one = await RunAsync(1, WriteRecipe(_one));
        Assert.True(one.Code == 0, one.Errors);
        string recipe = WriteRecipe(_many);
        using (Process job = Process.Start(Describe(2, recipe))!)
        {
            await UntilStepAsync(job, 6);
            int rank = RanksOf(job)[1];
            Process.Start("kill", ["-KILL", rank.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            string errors = await job.StandardError.ReadToEndAsync(Stop);
            await job.WaitForExitAsync(Stop);
            Assert.NotEqual(0, job.ExitCode);
            Assert.Contains("one of them is gone", errors, StringComparison.Ordinal);
            Assert.Contains("signal 9", errors, StringComparison.Ordinal); // the launcher says which
        }

        Assert.False(File.Exists(TrainCommandTests.Model(_many)));
        ProgramRun resumed = await RunAsync(3, recipe); // whom four passes are no even share
        Assert.True(resumed.Code == 0, resumed.Errors);
        Assert.Matches(GoingOn(), resumed.Errors);
        Assert.Contains("by 3 ranks.", resumed.Errors, StringComparison.Ordinal);
        Assert.Single(resumed.Output.Trim().Split('\n')); // rank 0 alone speaks
        Assert.Single(resumed.Errors.Split('\n'), line => line.StartsWith($"step {Steps}/", StringComparison.Ordinal));
        Assert.Equal(TrainCommandTests.Losses(_one), TrainCommandTests.Losses(_many));
        Assert.Equal(
            await File.ReadAllBytesAsync(TrainCommandTests.Model(_one), Stop),
            await File.ReadAllBytesAsync(TrainCommandTests.Model(_many), Stop)
        );
    }

    [Fact]
    public async Task A_signal_to_the_launcher_saves_and_stops()
    {
        RequireMpi();
        string recipe = WriteRecipe(_many);
        using Process job = Process.Start(Describe(2, recipe))!;
        int seen = await UntilStepAsync(job, 6);
        Process.Start("kill", ["-USR1", job.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        string errors = await job.StandardError.ReadToEndAsync(Stop);
        await job.WaitForExitAsync(Stop);
        Assert.True(job.ExitCode == 0, errors);
        Assert.Matches(Stopped(), errors);
        Assert.InRange(TrainCommandTests.Losses(_many).Length, seen, Steps - 1);
    }

    [Fact]
    public async Task What_goes_wrong_is_said_once()
    {
        RequireMpi();
        ProgramRun crowd = await RunAsync(2, TrainCommandTests.WriteRecipe(_many, passes: 1));
        Assert.NotEqual(0, crowd.Code);
        Assert.Equal(2, crowd.Errors.Split("'accumulate'").Length);
        Assert.DoesNotContain("Rank 1", crowd.Errors, StringComparison.Ordinal);
    }

    /// <summary>What goes wrong in one rank only, as on a machine that lacks the data, is told by that rank.</summary>
    [Fact]
    public async Task A_rank_that_fails_alone_says_so_and_ends_all()
    {
        RequireMpi();
        string good = WriteRecipe(_one);
        string other = WriteRecipe(_many);
        File.Delete(Path.Combine(_many["data"], "conversations.json"));
        ProgramRun run = await RunAsync(
            Describe(["mpirun", "--oversubscribe", "-n", "1", .. Program(good), ":", "-n", "1", .. Program(other)])
        );
        Assert.NotEqual(0, run.Code);
        Assert.Contains("Rank 1", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(TrainCommandTests.Model(_one)));
    }

    private static string WriteRecipe(TemporaryFolder folder) => TrainCommandTests.WriteRecipe(folder, Passes, Steps);

    private static void RequireMpi() =>
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Folders().Any(folder => File.Exists(Path.Combine(folder, "mpirun"))),
            "No mpirun is installed (Debian: apt install openmpi-bin)."
        );

    private static string[] Folders() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);

    /// <summary>Waits until the job has told of a step.</summary>
    private static async Task<int> UntilStepAsync(Process job, int step)
    {
        while (await job.StandardError.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith($"step {step}/", StringComparison.Ordinal))
            {
                return step;
            }
        }

        Assert.Fail($"The job ended before step {step}.");
        return 0;
    }

    /// <summary>The process numbers of the ranks, by rank.</summary>
    private static int[] RanksOf(Process job) =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => int.TryParse(name, out _))
                .Select(name => (Id: int.Parse(name!, CultureInfo.InvariantCulture), Rank: RankOf(name!, job.Id)))
                .Where(found => found.Rank >= 0)
                .OrderBy(found => found.Rank)
                .Select(found => found.Id),
        ];

    private static int RankOf(string process, int job)
    {
        try
        {
            string status = File.ReadAllText($"/proc/{process}/status");
            string[] variables = File.ReadAllText($"/proc/{process}/environ").Split('\0');
            string? rank = variables.FirstOrDefault(v => v.StartsWith("OMPI_COMM_WORLD_RANK=", StringComparison.Ordinal));
            return rank is not null && status.Contains($"PPid:\t{job}\n", StringComparison.Ordinal)
                ? int.Parse(rank.Split('=')[1], CultureInfo.InvariantCulture)
                : -1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return -1; // it has ended meanwhile
        }
    }

    private static Task<ProgramRun> RunAsync(int ranks, string recipe) => RunAsync(Describe(ranks, recipe));

    private static async Task<ProgramRun> RunAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        await using CancellationTokenRegistration end = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(Stop);
        string output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return new ProgramRun(process.ExitCode, output, await errors);
    }

    private static ProcessStartInfo Describe(int ranks, string recipe) =>
        Describe(
            ranks == 1
                ? Program(recipe)
                : ["mpirun", "--oversubscribe", "-n", ranks.ToString(CultureInfo.InvariantCulture), .. Program(recipe)]
        );

    /// <summary>One thread a rank, so that all compute alike.</summary>
    private static ProcessStartInfo Describe(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            string setting in (string[])
                ["OMP_NUM_THREADS=1", "DOTNET_PROCESSOR_COUNT=1", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"]
        )
        {
            start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        }

        return start;
    }

    private static string[] Program(string recipe) =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "omg-llava-train.dll"), "train", recipe];

    [GeneratedRegex(@"Going on at step \d+ of 14\.")]
    private static partial Regex GoingOn();

    [GeneratedRegex(@"Stopped after step \d+ of 14; the same command goes on\.")]
    private static partial Regex Stopped();
}
