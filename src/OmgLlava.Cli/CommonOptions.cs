using System.CommandLine;
using OmgLlava.Formats;

namespace OmgLlava.Cli;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>Environment variable that names the model directory to use where <c>--model</c> is not given.</summary>
    public const string ModelVariable = "OMG_MODEL";

    public static readonly Option<bool> Verbose = new("--verbose", "-v")
    {
        Description = "Show timings, and the whole error when something fails.",
        Recursive = true,
    };

    public static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Write the answer and what went wrong, nothing else.",
        Recursive = true,
    };

    public static readonly Option<string?> Model = new("--model", "-m")
    {
        Description =
            $"Model directory. Default: the one that {ModelVariable} names, else the small one that comes with the program.",
        HelpName = "DIR",
    };

    public static readonly Option<string> Device = new("--device")
    {
        Description = "cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "cpu",
    };

    public static readonly Option<string?> Type = Choice(
        "--dtype",
        "Element type of the language model: float32, bfloat16 or float16. Default: as stored.",
        "float32",
        "bfloat16",
        "float16"
    );

    public static readonly Option<string?> VisionType = Choice(
        "--vision-dtype",
        "Element type of the image encoder: float32 or bfloat16. Default: bfloat16 for a large one where the processor has it.",
        "float32",
        "bfloat16"
    );

    public static readonly Option<string?> Engine = Choice(
        "--engine",
        "What runs the language model: auto, torch, or cpu, the C# engine, which alone runs quantized models. Default: auto.",
        "auto",
        "torch",
        "cpu"
    );

    public static readonly Option<int> Threads = NumberOption.Whole(
        "--threads",
        "Threads of the C# engine. Default: one for each processor.",
        0,
        1024
    );

    public static readonly Option<bool> IgnoreMemory = new("--ignore-memory")
    {
        Description = "Load the model even when it seems not to fit into memory.",
    };

    /// <summary>An option that takes one of a few words.</summary>
    public static Option<string?> Choice(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', words) };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !words.Contains(result.Tokens[0].Value))
            {
                result.AddError($"{name} must be one of {string.Join(", ", words)}, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }

    /// <summary>The element type of a name that <see cref="Choice"/> has checked.</summary>
    public static ElementType? ParseType(string? name) =>
        name switch
        {
            "float32" => ElementType.Float32,
            "bfloat16" => ElementType.BFloat16,
            "float16" => ElementType.Float16,
            _ => null,
        };

    /// <summary>Adds the options of commands that load a model.</summary>
    public static void AddModel(Command command)
    {
        command.Options.Add(Model);
        command.Options.Add(Device);
        command.Options.Add(Type);
        command.Options.Add(VisionType);
        command.Options.Add(Engine);
        command.Options.Add(Threads);
        command.Options.Add(IgnoreMemory);
    }

    /// <summary>The model directory that lies beside the program; null when it came without one.</summary>
    private static string? EmbeddedModel
    {
        get
        {
            string folder = Path.Combine(ProgramFiles.Folder, "models", "nano");
            return File.Exists(Path.Combine(folder, "config.json")) ? folder : null;
        }
    }

    /// <summary>The model directory that a command line or the environment names, or the one that comes with the
    /// program.</summary>
    /// <param name="parsed">A command line with <see cref="Model"/>; null for the environment alone.</param>
    /// <exception cref="UsageException">There is none.</exception>
    /// <exception cref="OmgLlavaException">The environment names one that is not there.</exception>
    public static string ModelDirectory(ParseResult? parsed)
    {
        if (parsed?.GetValue(Model) is { } wanted)
        {
            return wanted;
        }

        if (Environment.GetEnvironmentVariable(ModelVariable) is not { Length: > 0 } named)
        {
            return EmbeddedModel
                ?? throw new UsageException(
                    $"No model: give --model DIR or set {ModelVariable}. 'omg-llava pull' makes a model directory of "
                        + $"published files, 'omg-llava new' one with random weights."
                );
        }

        return Path.Exists(named)
            ? named
            : throw new OmgLlavaException($"{ModelVariable} names the model directory '{named}', which does not exist.");
    }

    /// <summary>Loads the model, saying what it needs of memory where that is much.</summary>
    public static OmgLlavaModel Load(ParseResult parsed, CancellationToken cancellation)
    {
        const long Much = 2_000_000_000;
        string directory = ModelDirectory(parsed);
        var options = new LoadOptions
        {
            Device = parsed.GetValue(Device)!,
            LanguageType = ParseType(parsed.GetValue(Type)),
            VisionType = ParseType(parsed.GetValue(VisionType)),
            Engine = Enum.Parse<LanguageEngine>(parsed.GetValue(Engine) ?? nameof(LanguageEngine.Auto), ignoreCase: true),
            Threads = parsed.GetValue(Threads),
            Notes = Terminal.Note,
            IgnoreMemory = parsed.GetValue(IgnoreMemory),
        };
        Runtime.MemoryBudget budget = OmgLlavaModel.EstimateMemory(directory, options);
        if (budget.Needed > Much)
        {
            Terminal.Note($"{directory} {budget}.");
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        OmgLlavaModel model = Terminal.WithProgress("Loading the model", progress =>
            OmgLlavaModel.Load(directory, options with { Progress = progress }, cancellation)
        );
        if (parsed.GetValue(Verbose))
        {
            Terminal.Note($"Loaded {model.Name} ({model.WeightsHash}) in {clock.Elapsed.TotalSeconds:F2} s.");
        }

        return model;
    }
}
