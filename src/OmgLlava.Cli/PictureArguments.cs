using System.CommandLine;

namespace OmgLlava.Cli;

/// <summary>The pictures of a command, and the words after them where it takes some: <c>segment a.png b.png FOLDER "the
/// cat"</c>.</summary>
internal sealed class PictureArguments
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    private readonly Argument<string[]> _argument;
    private readonly string? _words;

    /// <param name="words">What comes after the pictures, such as QUESTION; null for nothing.</param>
    /// <param name="description">What it is.</param>
    public PictureArguments(string? words = null, string description = "")
    {
        _words = words;
        int least = words is null ? 1 : 2;
        _argument = new Argument<string[]>(words is null ? "IMAGE" : $"IMAGE... {words}")
        {
            Description =
                $"{PictureInput.Description} Several, and folders of pictures, are taken one after another.{(words is null ? "" : $" {words}: {description}")}",
            Arity = new ArgumentArity(least, ArgumentArity.OneOrMore.MaximumNumberOfValues),
        };
        _argument.Validators.Add(result =>
        {
            foreach (
                System.CommandLine.Parsing.Token token in result.Tokens.Where(token =>
                    token.Value.StartsWith("--", StringComparison.Ordinal)
                )
            )
            {
                result.AddError($"Unrecognized command or argument '{token.Value}'.");
            }
        });
    }

    /// <summary>Adds the argument to a command.</summary>
    public void AddTo(Command command) => command.Arguments.Add(_argument);

    /// <summary>The words after the pictures.</summary>
    /// <exception cref="UsageException">They are a file: the order is wrong.</exception>
    public string Words(ParseResult parsed)
    {
        string words = parsed.GetRequiredValue(_argument)[^1];
        return File.Exists(words) || Directory.Exists(words)
            ? throw new UsageException($"'{words}' is a file or folder; {_words} comes last, after the pictures.")
            : words;
    }

    /// <summary>The pictures, with those of folders by their names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="several">Whether more than one was asked for.</param>
    /// <exception cref="UsageException">A folder holds none.</exception>
    public IReadOnlyList<string> Pictures(ParseResult parsed, out bool several)
    {
        string[] named = parsed.GetRequiredValue(_argument);
        named = _words is null ? named : named[..^1];
        several = named.Length > 1 || Directory.Exists(named[0]);
        return [.. named.SelectMany(In)];
    }

    private static IEnumerable<string> In(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        try
        {
            string[] pictures =
            [
                .. Directory
                    .EnumerateFiles(path)
                    .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal),
            ];
            return pictures.Length > 0
                ? pictures
                : throw new UsageException($"The folder '{path}' holds no pictures (PNG, JPEG, WebP, BMP or GIF).");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The folder '{path}' cannot be read: {error.Message}");
        }
    }
}
