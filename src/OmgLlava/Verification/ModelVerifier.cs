using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using OmgLlava.Conversion;
using OmgLlava.Engine;
using OmgLlava.Runtime;
using OmgLlava.Weights;

namespace OmgLlava.Verification;

/// <summary>
/// Finds out where results come to differ from the published ones: in the files, the tokenizer, the configuration, this program
/// on this machine, or between executors. Nothing leaves the machine.
/// </summary>
internal static class ModelVerifier
{
    /// <summary>Verifies a model directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="options">The golden case, the picture, the question.</param>
    /// <param name="cancellation">Stops between checks.</param>
    /// <exception cref="OmgLlavaException">The directory is none, or its configuration or files cannot be read at
    /// all.</exception>
    public static VerificationReport Verify(
        string directory,
        VerificationOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new VerificationOptions();
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        ConversionRecord? record = ConversionRecord.Find(directory);
        List<VerificationCheck> checks =
        [
            VerificationCheck.Passed("configuration", "config.json is valid and its parts fit together"),
            PublishedCheck.Run(config),
            Origin(record),
        ];
        using (ITensorSource weights = ModelDirectory.OpenWeights(directory))
        {
            checks.AddRange(WeightsCheck.Run(weights, config, record, options.Notes));
        }

        checks.Add(TokenizerCheck.Run(directory, config, record));
        cancellation.ThrowIfCancellationRequested();
        if (options.GoldenFolder is { } golden)
        {
            checks.Add(GoldenCheck.Run(golden, options.Notes, cancellation));
        }

        IReadOnlyList<ExecutorReport> executors = [];
        bool loads = checks.All(check => check.Outcome != CheckOutcome.Failed || check.Name is not ("tensors" or "tokenizer"));
        if (options.Picture is { } picture && loads)
        {
            executors = ExecutorsCheck.Run(directory, config, picture, options, cancellation);
            checks.Add(ExecutorsCheck.Judge(executors, config));
        }
        else if (options.Picture is not null)
        {
            checks.Add(VerificationCheck.Noted("executors", "none ran: what failed above keeps the model from being loaded"));
        }

        return new VerificationReport(
            config.Name,
            ModelDirectory.WeightsHash(directory),
            Versions(),
            Machine(),
            record?.Sources ?? [],
            checks,
            executors.Count > 0 ? options.Question : "",
            executors
        );
    }

    private static VerificationCheck Origin(ConversionRecord? record)
    {
        const string Name = "origin";
        int ignored = record?.Ignored.Values.Sum(names => names.Count) ?? 0;
        string[] lines =
        [
            .. record?.Sources?.Select(file =>
                $"{file.Path}: {(file.Commit.Length > 0 ? $"{file.Repository} at {file.Commit[..12]}" : "from a folder")}, "
                + $"{file.Bytes} bytes{(file.Hash.Length > 0 ? $", {file.Hash[..12]}" : "")}"
            ) ?? [],
        ];
        return record is null ? VerificationCheck.Noted(Name, "the directory does not say what it was made of")
            : ignored > 0
                ? VerificationCheck.Noted(
                    Name,
                    $"{ignored} tensors of the published files were left out because the user said so (--ignore)",
                    [.. lines, .. record.Ignored.SelectMany(file => file.Value.Select(name => $"left out of {file.Key}: {name}"))]
                )
            : record.Files.Count == 0
                ? VerificationCheck.Noted(Name, "the directory says what was written, not what it was made of")
            : VerificationCheck.Passed(
                Name,
                $"made of {string.Join(", ", record.Files.Keys)}; none of their tensors was ignored",
                lines
            );
    }

    private static Dictionary<string, string> Versions() =>
        new(TorchLibrary.Installed?.Versions ?? new Dictionary<string, string>())
        {
            ["omg_llava"] =
                typeof(ModelVerifier).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                ?? "",
            ["dotnet"] = Environment.Version.ToString(),
        };

    private static Dictionary<string, string> Machine() =>
        new()
        {
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["processor"] = ProcessorName(),
            ["threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["instructions"] = string.Join(", ", InstructionSets.Supported),
            ["bfloat16"] = ProcessorFeatures.HasBFloat16 ? "in hardware" : "not in hardware",
            ["memory_free_gb"] = (MemoryBudget.AvailableBytes() / 1e9).ToString("F1", CultureInfo.InvariantCulture),
            ["cuda"] = TorchLibrary.Installed is { GraphicsCards: > 0 and var cards } ? $"{cards} devices" : "none",
        };

    private static string ProcessorName()
    {
        const string Information = "/proc/cpuinfo";
        string? line = File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? "unknown";
    }
}
