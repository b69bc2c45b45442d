using System.CommandLine;
using System.Text;
using OmgLlava.Files;

namespace OmgLlava.Cli;

/// <summary><c>--json</c>, the same for all commands: to a file, or to standard output where none is named.</summary>
internal sealed class JsonOption
{
    private const string Standard = "-";

    private readonly Option<string?> _option;

    /// <param name="what">What is written.</param>
    public JsonOption(string what) =>
        _option = new Option<string?>("--json")
        {
            Description = $"Write {what} as JSON; without FILE or with '-' to standard output, which then holds nothing else.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>Where to; '-' for standard output, null for nowhere.</summary>
    public string? Target(ParseResult parsed) => parsed.GetResult(_option) is null ? null : parsed.GetValue(_option) ?? Standard;

    /// <summary>Writes JSON to where it was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="json">The JSON.</param>
    /// <returns>Whether standard output is JSON now, and nothing else may be written to it.</returns>
    public bool Write(ParseResult parsed, string json)
    {
        string? target = Target(parsed);
        if (target == Standard)
        {
            Console.WriteLine(json);
        }
        else if (target is not null)
        {
            OutputFile.Write(target, Encoding.UTF8.GetBytes(json));
            Terminal.Note($"Wrote {target}.");
        }

        return target == Standard;
    }

    /// <summary>Writes JSON to where it was asked for; it is made only then.</summary>
    /// <returns>Whether standard output is JSON now.</returns>
    public bool Write(ParseResult parsed, Func<string> json) => Target(parsed) is not null && Write(parsed, json());

    /// <summary>Writes a table, and the same as JSON where it was asked for.</summary>
    public void Write(ParseResult parsed, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (!Write(parsed, TableOutput.Json(columns, rows)))
        {
            TableOutput.Write(columns, rows);
        }
    }
}
