using System.CommandLine;
using System.CommandLine.Parsing;

namespace OmgLlava.Cli;

/// <summary>What a word of the command line that is not known may have been meant to be.</summary>
internal static class Suggestions
{
    /// <summary>"Did you mean ...?"; null where nothing is near.</summary>
    public static string? For(ParseResult parsed, string message)
    {
        Command command = parsed.CommandResult.Command;
        string? wrong = parsed
            .UnmatchedTokens.Concat(parsed.Tokens.Select(token => token.Value))
            .FirstOrDefault(token => message.Contains($"'{token}'", StringComparison.Ordinal));
        if (wrong is null || char.IsAsciiDigit(wrong.TrimStart('-', '.').FirstOrDefault()))
        {
            return null;
        }

        IEnumerable<string> options = Chain(parsed.CommandResult)
            .SelectMany(one => one.Options.Where(option => one == command || option.Recursive))
            .Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Append(option.Name));
        IEnumerable<string> known = wrong.StartsWith('-') ? options : command.Subcommands.Select(sub => sub.Name);
        (string Name, int Distance) best = known
            .Distinct()
            .Select(name => (name, Distance(wrong, name)))
            .OrderBy(pair => pair.Item2)
            .FirstOrDefault(("", int.MaxValue));
        return best.Distance <= Math.Max(1, wrong.TrimStart('-').Length / 3) ? $"Did you mean '{best.Name}'?" : null;
    }

    private static IEnumerable<Command> Chain(CommandResult result)
    {
        for (SymbolResult? at = result; at is CommandResult command; at = command.Parent)
        {
            yield return command.Command;
        }
    }

    /// <summary>Letters that are more, less, else, or in another order with the next.</summary>
    internal static int Distance(string a, string b)
    {
        int[,] table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                bool same = i > 0 && j > 0 && a[i - 1] == b[j - 1];
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                table[i, j] =
                    i == 0 || j == 0
                        ? i + j
                        : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (same ? 0 : 1));
                table[i, j] = swapped ? Math.Min(table[i, j], table[i - 2, j - 2] + 1) : table[i, j];
            }
        }

        return table[a.Length, b.Length];
    }
}
