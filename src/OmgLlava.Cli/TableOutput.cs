using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace OmgLlava.Cli;

/// <summary>A table: drawn at a terminal, columns between tabs in a pipe.</summary>
internal static class TableOutput
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes rows to standard output.</summary>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="rows">The rows, one text a column.</param>
    public static void Write(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(string.Join('\t', columns));
            foreach (IReadOnlyList<string> row in rows)
            {
                Console.WriteLine(string.Join('\t', row.Select(cell => cell.ReplaceLineEndings(" ").Replace('\t', ' '))));
            }
        }
        else if (rows.Count > 0)
        {
            Table table = new Table().Border(TableBorder.Minimal).AddColumns([.. columns]);
            foreach (IReadOnlyList<string> row in rows)
            {
                table.AddRow(row.Select(cell => new Text(cell)));
            }

            Terminal.Output.Write(table);
        }
    }

    /// <summary>The rows as a list of objects.</summary>
    public static string Json(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows) =>
        new JsonArray([
            .. rows.Select(row => new JsonObject(
                columns.Zip(row, (name, cell) => KeyValuePair.Create<string, JsonNode?>(name, cell))
            )),
        ]).ToJsonString(Relaxed);
}
