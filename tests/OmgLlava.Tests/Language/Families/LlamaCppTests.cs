using System.Diagnostics;
using System.Text.Json;

namespace OmgLlava.Tests.Language.Families;

/// <summary>
/// Asks llama.cpp for the scores of every case: <c>bench/language/families.sh</c>, which fetches it first. With
/// OMG_ACCEPT_LOGITS=1 what it gives is kept.
/// </summary>
public class LlamaCppTests
{
    [Theory(Explicit = true), MemberData(nameof(Cases)), Trait("Category", "Slow")]
    public async Task The_kept_scores_are_those_of_llama_cpp(string name)
    {
        var model = PublishedCase.Create(name);
        using var folder = new TemporaryFolder();
        LlamaCppFile.Write(folder["model.gguf"], model);
        float[][] scores = await AskAsync(folder["model.gguf"], model.Tokens);
        float[][] some = [.. KeptLogits.Positions(model).Select(position => KeptLogits.Some(scores[position]))];
        if (Environment.GetEnvironmentVariable("OMG_ACCEPT_LOGITS") == "1")
        {
            KeptLogits.Write(name, some);
        }

        Assert.All(
            KeptLogits.Read(name).Zip(some),
            pair => Assert.All(pair.First.Zip(pair.Second), s => Assert.Equal(s.First, s.Second, 1e-3))
        );
    }

    public static TheoryData<string> Cases() => [.. PublishedCase.Names];

    private static async Task<float[][]> AskAsync(string gguf, long[] tokens)
    {
        string script = Path.Combine(Repository.Root, "bench", "language", "logits.mjs");
        using var process = Process.Start(
            new ProcessStartInfo("node", [script, gguf, JsonSerializer.Serialize(tokens)])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = Path.GetDirectoryName(script),
            }
        )!;
        string answer = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return JsonSerializer.Deserialize<float[][]>(answer.Trim().Split('\n')[^1])!;
    }
}
