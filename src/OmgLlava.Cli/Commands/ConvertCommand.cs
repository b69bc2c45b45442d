using System.CommandLine;
using System.Globalization;
using System.Text;
using OmgLlava.Conversion;
using OmgLlava.Formats;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava convert</c>: published files become a model directory.</summary>
internal sealed class ConvertCommand
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Published files and folders of them, in any order; what each holds decides what it is for.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _perception = Files("--omg-seg", "The OMG-Seg checkpoint (omg_seg_convl.pth).", "FILE");
    private readonly Option<string[]> _clip = Files(
        "--clip",
        "OpenCLIP's ConvNeXt-Large (open_clip_pytorch_model.bin, .pt or .safetensors), where the OMG-Seg checkpoint has no "
            + "image encoder of its own.",
        "FILE"
    );
    private readonly Option<string[]> _classes = Files(
        "--classes",
        "The class embeddings (convnext_large_d_320_CocoPanopticOVDataset.pth).",
        "FILE"
    );
    private readonly Option<string[]> _language = Files(
        "--language",
        "The folder of the language model as it comes from Hugging Face, or a merged one: InternLM2, Llama, Qwen2 or Phi-3, "
            + "by its config.json.",
        "DIR",
        "--internlm2"
    );
    private readonly Option<string[]> _alignment = Files(
        "--omg-llava",
        "An OMG-LLaVA checkpoint: a .pth, a DeepSpeed or PEFT folder, an XTuner export, or a folder with all published files. "
            + "May be repeated; a fine-tuning replaces a pretraining, whatever their order.",
        "FILE|DIR"
    );

    private readonly Option<string> _output = new("--out")
    {
        Description = "The model directory to write.",
        HelpName = "DIR",
        Required = true,
    };
    private readonly Option<string?> _config = new("--config")
    {
        Description = "JSON with what weights do not show (heads, thing classes, LoRA alpha, image size). Default: as published.",
        HelpName = "FILE",
    };
    private readonly Option<string> _name = new("--name")
    {
        Description = "Name of the model.",
        DefaultValueFactory = _ => new ConversionOptions().Name,
    };
    private readonly Option<string?> _task = CommonOptions.Choice(
        "--task",
        "Which fine-tuning to take of a folder that holds several.",
        "general",
        "refseg",
        "gcg"
    );
    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description = "Leave out the tensors whose published names begin so; the model directory remembers it. May be repeated.",
        HelpName = "PREFIX",
    };
    private readonly Option<string?> _type = CommonOptions.Choice(
        "--dtype",
        "Element type of the language model. Default: bfloat16.",
        "float32",
        "bfloat16",
        "float16"
    );
    private readonly Option<bool> _keep = new("--keep-adapters")
    {
        Description = "Keep LoRA apart instead of merging it into the weights.",
    };
    private readonly FormatOptions _formats = new(
        "--quantize",
        "Pack the language model into 4 or 8 bits, for the engine 'cpu'."
    );
    private readonly Option<string?> _json = new("--json")
    {
        Description =
            "Write where every published tensor went as JSON; '-' or nothing for standard output, which then holds nothing else.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new ConvertCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "convert",
            "Make a model directory of the published checkpoints; every tensor is accounted for."
        );
        command.Arguments.Add(_paths);
        foreach (
            Option option in (Option[])
                [
                    _perception,
                    _clip,
                    _classes,
                    _language,
                    _alignment,
                    _output,
                    _config,
                    _task,
                    _ignore,
                    _name,
                    _type,
                    _keep,
                    _json,
                ]
        )
        {
            command.Options.Add(option);
        }

        _formats.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                Run(parsed, cancellation);
                return Task.FromResult(CommandLine.Success);
            }
        );
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellation)
    {
        string[] paths =
        [
            .. (
                (string[]?[])
                    [
                        parsed.GetValue(_paths),
                        parsed.GetValue(_perception),
                        parsed.GetValue(_clip),
                        parsed.GetValue(_classes),
                        parsed.GetValue(_language),
                        parsed.GetValue(_alignment),
                    ]
            ).SelectMany(given => given ?? []),
        ];
        if (paths.Length == 0)
        {
            throw new UsageException("Nothing to convert: name the published files or the folder that holds them.");
        }

        var options = new ConversionOptions
        {
            Name = parsed.GetRequiredValue(_name),
            LanguageType = CommonOptions.ParseType(parsed.GetValue(_type)) ?? ElementType.BFloat16,
            KeepAdapters = parsed.GetValue(_keep),
            Quantization = _formats.Read(parsed, null),
            Task = parsed.GetValue(_task),
            Ignore = parsed.GetValue(_ignore) ?? [],
        };
        if (options.Quantization is not null && (options.KeepAdapters || parsed.GetValue(_type) is not null))
        {
            throw new UsageException(
                "--quantize merges the adapters and decides the element type; leave --keep-adapters and --dtype out."
            );
        }

        string? json = parsed.GetResult(_json) is { Implicit: false } ? parsed.GetValue(_json) ?? "-" : null;
        var files = new PublishedFiles(paths, parsed.GetValue(_config));
        using CheckpointConverter converter = Terminal.WithStatus(
            "Reading the checkpoints",
            () => CheckpointConverter.Open(files, options)
        );
        if (json is not null)
        {
            string text = converter.Account.ToJson();
            if (json == "-")
            {
                Console.WriteLine(text);
            }
            else
            {
                OmgLlava.Files.OutputFile.Write(json, Encoding.UTF8.GetBytes(text));
            }
        }

        Report(converter.Account);
        converter.Account.ThrowIfWrong();
        Convert(converter, parsed.GetRequiredValue(_output), json == "-", cancellation);
    }

    /// <summary>Everything that a person may have to know of what goes where.</summary>
    private static void Report(ConversionAccount account)
    {
        foreach (
            IGrouping<(string File, string Note), ConversionEntry> file in account.Replaced.GroupBy(entry =>
                (entry.File, entry.Note)
            )
        )
        {
            Terminal.Note($"{file.Key.File}: {file.Count()} tensors {file.Key.Note}");
        }

        foreach (string stranger in account.Strangers)
        {
            Terminal.Note($"{stranger}: not used, it holds nothing of this model");
        }

        Show("left out, known to be of no use", account.Leftovers);
        Show("left out, as --ignore says", account.Ignored);
        Show("unknown", account.Unknown);
        Show("missing", account.Missing);
        Show("of the wrong form", account.Misshapen);

        static void Show(string what, IReadOnlyList<ConversionEntry> entries)
        {
            foreach (ConversionEntry entry in entries)
            {
                Terminal.Note(
                    $"{entry.File}\t{(entry.Name.Length == 0 ? "(the file is one tensor)" : entry.Name)}\t{entry.Note}\t{what}"
                );
            }
        }
    }

    private static void Convert(CheckpointConverter converter, string folder, bool quiet, CancellationToken cancellation)
    {
        long total = Math.Max(1, converter.Written.Sum(tensor => tensor.ByteCount));
        Terminal.WithProgress(
            "Converting",
            progress =>
            {
                converter.Write(folder, new ByteShare(progress, total), cancellation);
                return 0;
            }
        );
        string ignored =
            converter.Account.Ignored.Count > 0 ? $", {converter.Account.Ignored.Count} are left out as --ignore says" : "";
        string done = string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {folder}: {converter.Output.Count} tensors, {total / 1e6:F0} MB. Every published tensor has its place; "
                + $"{converter.Account.Leftovers.Count} are known leftovers{ignored}."
        );
        if (quiet)
        {
            Terminal.Note(done);
        }
        else
        {
            Console.WriteLine(done);
        }
    }

    private static Option<string[]> Files(string name, string description, string form, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = form };
}
