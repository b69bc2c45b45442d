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

    /// <summary>Writes a table, or the same as JSON.</summary>
    public void Write(ParseResult parsed, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        switch (Target(parsed))
        {
            case null:
                TableOutput.Write(columns, rows);
                break;
            case Standard:
                Console.WriteLine(TableOutput.Json(columns, rows));
                break;
            case var path:
                OutputFile.Write(path, Encoding.UTF8.GetBytes(TableOutput.Json(columns, rows)));
                Terminal.Note($"Wrote {path}.");
                break;
        }
    }
}
