using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using OmgLlava.Engine;
using OmgLlava.Runtime;
using SkiaSharp;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava doctor</c>: what this machine has, and what would be slow or missing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Say what this machine has, and what would be slow or is missing.");
        command.Options.Add(CommonOptions.Model);
        var json = new JsonOption("the findings");
        json.AddTo(command);
        command.SetAction(
            (parsed, _) =>
            {
                (bool Ok, string What, string Found, string Meaning)[] findings = [.. Findings(parsed)];
                json.Write(
                    parsed,
                    ["what", "found", "meaning", "fine"],
                    [.. findings.Select(row => (string[])[row.What, row.Found, row.Meaning, row.Ok ? "yes" : "no"])]
                );
                return Task.FromResult(findings.All(row => row.Ok) ? CommandLine.Success : CommandLine.Failure);
            }
        );
        return command;
    }

    private static IEnumerable<(bool Ok, string What, string Found, string Meaning)> Findings(ParseResult parsed)
    {
        yield return (
            true,
            "system",
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, .NET {Environment.Version}",
            ""
        );
        yield return (
            true,
            "processor",
            $"{Environment.ProcessorCount} threads, {Instructions()}",
            Avx512F.IsSupported ? "fast" : "bfloat16 will be slow without AVX-512"
        );
        long memory = MemoryBudget.AvailableBytes();
        yield return (
            true,
            "memory",
            FormattableString.Invariant($"{memory / 1e9:F1} GB free"),
            memory switch
            {
                > 20_000_000_000 => "enough for 7B in bfloat16",
                > 7_000_000_000 =>
                    "enough for 7B in int4 ('omg-llava quantize'), too little for bfloat16, which takes about 19 GB",
                _ => "too little for 7B even in int4, which takes about 6.5 GB",
            }
        );
        yield return (
            true,
            "language engine",
            $"{InstructionSets.Choose(null)} kernels",
            $"{InstructionSets.Variable} chooses others"
        );
        yield return TorchLibrary.Installed is { } torch
            ? Torch(torch)
            : (true, "libtorch", "not in this program", "only training and graphics cards need it: 'omg-llava-train' has it");

        yield return (
            true,
            "labels",
            SKTypeface.Default.GlyphCount > 0 ? SKTypeface.Default.FamilyName : "no font",
            SKTypeface.Default.GlyphCount > 0 ? "" : "overlays have no labels; install any font"
        );
        if (
            (parsed.GetValue(CommonOptions.Model) ?? Environment.GetEnvironmentVariable(CommonOptions.ModelVariable)) is
            { Length: > 0 } model
        )
        {
            yield return Model(model);
        }
    }

    private static (bool Ok, string What, string Found, string Meaning) Torch(ITorchLibrary torch)
    {
        try
        {
            string cards =
                torch.GraphicsCards > 0
                    ? $"{torch.GraphicsCards} graphics cards: --device cuda works"
                    : "no graphics card that it could use";
            return (
                true,
                "libtorch",
                torch.Versions["libtorch"],
                torch.Adaptation.Length > 0 ? $"{torch.Adaptation}; {cards}" : cards
            );
        }
        catch (OmgLlavaException error)
        {
            return (false, "libtorch", "cannot be started", error.Message);
        }
    }

    private static (bool Ok, string What, string Found, string Meaning) Model(string directory)
    {
        try
        {
            MemoryBudget budget = OmgLlavaModel.EstimateMemory(directory);
            return (budget.Fits, "model", directory, budget.ToString());
        }
        catch (OmgLlavaException error)
        {
            return (false, "model", directory, error.Message);
        }
    }

    private static string Instructions() =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? Avx512F.IsSupported
                ? "AVX-512"
                : Avx2.IsSupported
                    ? "AVX2"
                    : "no AVX2"
            : $"{RuntimeInformation.ProcessArchitecture}";
}
