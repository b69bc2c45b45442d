using System.CommandLine;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Cli;

/// <summary>Options that say in which formats the language model is packed.</summary>
internal sealed class FormatOptions
{
    private static readonly string[] Names = ["int4", "int8", "bfloat16", "float32"];

    private readonly Option<string?> _layers;
    private readonly Option<string?> _head = CommonOptions.Choice(
        "--head",
        "Format of the head, whose errors fall straight on the words. Default: int8.",
        Names
    );
    private readonly Option<string?> _embedding = CommonOptions.Choice(
        "--embedding",
        "Format of the token embedding. Default: int8.",
        Names
    );
    private readonly Option<string[]> _tensors = new("--tensor")
    {
        Description = "Another format for the tensors whose names begin so, such as layers.0.=int8. May be repeated.",
        HelpName = "PREFIX=FORMAT",
    };

    /// <param name="name">The option for the format of the layers.</param>
    /// <param name="description">What it says of itself.</param>
    public FormatOptions(string name, string description)
    {
        _layers = CommonOptions.Choice(name, description, "int4", "int8");
        _tensors.Validators.Add(result =>
        {
            foreach (string bad in result.Tokens.Select(token => token.Value).Where(value => Exception(value) is null))
            {
                result.AddError($"--tensor takes PREFIX=FORMAT with one of {string.Join(", ", Names)}, not '{bad}'.");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_layers, _head, _embedding, _tensors])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the options say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">The format of the layers where none is given; null for not packing at all.</param>
    /// <exception cref="UsageException">Another format is given while the layers have none.</exception>
    public QuantizationConfig? Read(ParseResult parsed, WeightFormat? otherwise)
    {
        WeightFormat? layers = Parse(parsed.GetValue(_layers)) ?? otherwise;
        string[] exceptions = parsed.GetValue(_tensors) ?? [];
        if (layers is null)
        {
            return parsed.GetValue(_head) is null && parsed.GetValue(_embedding) is null && exceptions.Length == 0
                ? null
                : throw new UsageException($"--head, --embedding and --tensor need {_layers.Name}.");
        }

        var config = QuantizationConfig.Of(layers.Value);
        return config with
        {
            Head = Parse(parsed.GetValue(_head)) ?? config.Head,
            Embedding = Parse(parsed.GetValue(_embedding)) ?? config.Embedding,
            Tensors =
                exceptions.Length == 0
                    ? null
                    : exceptions.Select(value => Exception(value)!.Value).ToDictionary(e => e.Prefix, e => e.Format),
        };
    }

    private static (string Prefix, WeightFormat Format)? Exception(string value)
    {
        string[] parts = value.Split('=');
        return parts.Length == 2 && parts[0].Length > 0 && Names.Contains(parts[1]) ? (parts[0], Parse(parts[1])!.Value) : null;
    }

    private static WeightFormat? Parse(string? name) => name is null ? null : Enum.Parse<WeightFormat>(name, ignoreCase: true);
}
