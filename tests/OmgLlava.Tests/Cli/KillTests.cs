using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OmgLlava.Tests.World;

namespace OmgLlava.Tests.Cli;

/// <summary>
/// kill -9 at random moments: what is half-written is never taken for whole, and the same command goes on. OMG_KILLS says how
/// often each command is killed, OMG_SEED when.
/// </summary>
[Trait("Category", "Slow")]
public class KillTests(TestArt art) : IClassFixture<TestArt>
{
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("OMG_KILLS") ?? "200",
        CultureInfo.InvariantCulture
    );
    private static readonly Random Chance = new(
        int.Parse(Environment.GetEnvironmentVariable("OMG_SEED") ?? "1", CultureInfo.InvariantCulture)
    );

    private static string Goldens => Path.Combine(Repository.Tests, "goldens", "end_to_end");

    private static string Nano => Path.Combine(Repository.Root, "models", "nano-drawn");

    private static string Pictures => Path.Combine(Scenes, "images");

    private static string Scenes => Path.Combine(Repository.Root, "samples", "scenes");

    [Fact(Explicit = true)]
    public Task Convert() =>
        Torment(folder =>
            [
                "convert",
                "--omg-seg",
                Path.Combine(Goldens, "omg_seg.pth"),
                "--classes",
                Path.Combine(Goldens, "ov_class_embed.pth"),
                "--internlm2",
                Path.Combine(Goldens, "internlm2"),
                "--omg-llava",
                Path.Combine(Goldens, "omg_llava_finetune.pth"),
                "--config",
                Path.Combine(Goldens, "config.json"),
                "--out",
                folder["out"],
            ]
        );

    [Fact(Explicit = true)]
    public Task Quantize() => Torment(folder => ["quantize", Nano, "--format", "int8", "--out", folder["out"]]);

    [Fact(Explicit = true)]
    public Task World() =>
        Torment(folder =>
            [
                "world",
                "--art",
                Path.Combine(art.Folder, "shapes"),
                "--scenes",
                "40",
                "--size",
                "128",
                "--seed",
                "3",
                "--out",
                folder["out"],
            ]
        );

    [Fact(Explicit = true)]
    public Task Eval() =>
        Torment(
            folder =>
                [
                    "eval",
                    "folder",
                    "--data",
                    Scenes,
                    "--model",
                    Nano,
                    "--task",
                    "referring",
                    "--limit",
                    "40",
                    "--out",
                    folder["out"],
                ],
            goesOn: true
        );

    [Fact(Explicit = true)]
    public Task Annotate() =>
        Torment(
            folder => ["annotate", Pictures, "--task", "ground", "--shard-size", "1", "--model", Nano, "--out", folder["out"]],
            goesOn: true,
            kills: 20
        );

    [Fact(Explicit = true)]
    public Task Train() =>
        Torment(
            folder =>
            {
                WriteRecipe(folder);
                return ["train", folder["recipe.json"]];
            },
            goesOn: true
        );

    [Fact(Explicit = true)]
    public async Task A_conversation_is_whole_or_the_one_before()
    {
        using var folder = new TemporaryFolder();
        string history = folder["chat.json"];
        string picture = Path.Combine(Scenes, "images", "000006.png");
        string[] first = ["chat", picture, "--model", Nano, "--history", history];
        string[] goesOn = ["chat", "--resume", history, "--model", Nano];
        const string Input = "What color is the umbrella?\nSegment the strawberry.\nHow many birds are there?\n/quit\n";
        TimeSpan whole = await TimeAsync(first, Input);
        int turns = Turns(history);
        Assert.Equal(3, turns);
        for (int kill = 0; kill < Kills; kill++)
        {
            if (turns > 9)
            {
                File.Delete(history);
                turns = 0;
            }

            await StartAndKillAsync(turns == 0 ? first : goesOn, Input, whole);
            int now = Turns(history);
            Assert.InRange(now, turns, turns + 3);
            turns = now;
        }

        ProgramRun last = await ProgramRun.StartAsync(turns == 0 ? first : goesOn, Input);
        Assert.True(last.Code == 0, last.Errors);
        Assert.Equal(turns + 3, Turns(history));
    }

    /// <summary>The turns of a conversation, which must be whole; none where there is no file.</summary>
    private static int Turns(string history) =>
        File.Exists(history) ? JsonNode.Parse(File.ReadAllText(history))!["turns"]!.AsArray().Count : 0;

    /// <summary>
    /// Kills a command again and again. Whatever stands under its final name is either not there or what an undisturbed run
    /// writes; and the command then ends as if it had never been killed.
    /// </summary>
    /// <param name="command">The command for a folder.</param>
    /// <param name="goesOn">Whether the output grows over several runs instead of appearing at once.</param>
    /// <param name="kills">How often it is killed.</param>
    private static async Task Torment(Func<TemporaryFolder, string[]> command, bool goesOn = false, int? kills = null)
    {
        // In one folder, for some outputs name the folders of their inputs.
        using var folder = new TemporaryFolder();
        string[] again = command(folder);
        TimeSpan whole = await TimeAsync(again, "");
        Dictionary<string, byte[]> expected = Contents(folder["out"]);
        Assert.NotEmpty(expected);
        Directory.Delete(folder["out"], recursive: true);
        for (int kill = 0; kill < (kills ?? Kills); kill++)
        {
            bool ended = await StartAndKillAsync(again, "", whole);
            if (!goesOn)
            {
                foreach ((string name, byte[] content) in Contents(folder["out"]))
                {
                    Assert.True(
                        expected.TryGetValue(name, out byte[]? good) && content.AsSpan().SequenceEqual(good),
                        $"{name} is half-written after kill {kill}."
                    );
                }
            }

            if (ended && Directory.Exists(folder["out"]))
            {
                AssertSame(expected, Contents(folder["out"]));
                Directory.Delete(folder["out"], recursive: true);
            }
        }

        ProgramRun last = await ProgramRun.StartAsync(again);
        Assert.True(last.Code == 0 || Directory.Exists(folder["out"]), last.Errors);
        AssertSame(expected, Contents(folder["out"]));
    }

    private static async Task<TimeSpan> TimeAsync(string[] command, string input)
    {
        var clock = Stopwatch.StartNew();
        ProgramRun run = await ProgramRun.StartAsync(command, input);
        Assert.True(run.Code == 0, run.Errors);
        return clock.Elapsed;
    }

    /// <returns>Whether the command ended before it was killed.</returns>
    private static async Task<bool> StartAndKillAsync(string[] command, string input, TimeSpan whole)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramRun.PathOf(command), .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task read = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        bool ended = process.WaitForExit(whole * (1.1 * Chance.NextDouble()));
        process.Kill(); // SIGKILL
        await read;
        await process.WaitForExitAsync();
        return ended && process.ExitCode == 0;
    }

    /// <summary>The files that matter: temporary ones of killed runs are passed over, and so are times; a model that is marked as
    /// unfinished is none.</summary>
    private static Dictionary<string, byte[]> Contents(string folder) =>
        !Directory.Exists(folder) || File.Exists(Path.Combine(folder, ".unfinished"))
            ? []
            : Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path =>
                    !path.Contains(".tmp", StringComparison.Ordinal) && Path.GetFileName(path) is not ("log.jsonl" or "run.json")
                )
                .ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes);

    private static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            expected,
            file =>
                Assert.True(file.Value.AsSpan().SequenceEqual(actual[file.Key]), $"{file.Key} differs from an undisturbed run's.")
        );
    }

    private static void WriteRecipe(TemporaryFolder folder)
    {
        Training.Stages.TinyRecipes.Shape.Save(folder["shape.json"]);
        Directory.CreateDirectory(Path.Combine(folder["data"], "images"));
        File.WriteAllText(
            Path.Combine(folder["data"], "conversations.json"),
            new JsonArray([
                .. Enumerable
                    .Range(0, 12)
                    .Select(i =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["id"] = $"{i}",
                                ["conversations"] = new JsonArray(
                                    new JsonObject { ["from"] = "human", ["value"] = $"What is {i} and one?" },
                                    new JsonObject { ["from"] = "gpt", ["value"] = $"It is {i + 1}." }
                                ),
                            }
                    ),
            ]).ToJsonString()
        );
        File.WriteAllText(
            folder["recipe.json"],
            """
            {
              "stage": "language", "shape": "shape.json", "output": "out", "data": { "folder": "data", "max_tokens": 64 },
              "steps": 60, "batch": 4, "learning_rate": 3e-3, "checkpoint_every": 4, "log_every": 1, "sample_every": 0, "language": { "tokenizer_samples": 12 }
            }
            """
        );
    }
}
