using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace OmgLlava.Conversion.Pulling;

/// <summary>A place that has the files of a part.</summary>
internal sealed partial record ManifestChoice
{
    /// <summary>Repository on the hub, <c>owner/name</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>Branch, tag or commit.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>Paths of the files; <c>*</c> stands for any letters of one name, a <c>?</c> at the end says that there need not
    /// be one.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The paths of a listing that this choice takes; null where one that is needed is not there.</summary>
    internal IReadOnlyList<string>? Match(IEnumerable<string> paths)
    {
        string[] all = [.. paths];
        var taken = new List<string>();
        foreach (string pattern in Files)
        {
            string[] found = [.. all.Where(path => Matches(pattern.TrimEnd('?'), path)).Order(StringComparer.Ordinal)];
            if (found.Length == 0 && !pattern.EndsWith('?'))
            {
                return null;
            }

            taken.AddRange(found.Except(taken));
        }

        return taken;
    }

    internal string? Fault() =>
        Repository is null || !RepositoryForm().IsMatch(Repository) || Repository.Contains("..", StringComparison.Ordinal)
            ? $"'{Repository}' is not a repository (owner/name)"
        : Revision is null || !RevisionForm().IsMatch(Revision) || Revision.Contains("..", StringComparison.Ordinal)
            ? $"'{Revision}' is not a revision"
        : Files is not { Count: > 0 } ? $"'{Repository}' is to give no files"
        : Files.FirstOrDefault(file => file is null || !HubFile.IsSafePath(file.TrimEnd('?'))) is { } bad
            ? $"'{bad}' is not a path inside a repository"
        : null;

    private static bool Matches(string pattern, string path)
    {
        string[] patterns = pattern.Split('/');
        string[] names = path.Split('/');
        return patterns.Length == names.Length
            && patterns
                .Zip(names)
                .All(pair => FileSystemName.MatchesSimpleExpression(pair.First, pair.Second, ignoreCase: false));
    }

    [GeneratedRegex(@"^[A-Za-z0-9][\w.\-]{0,95}(/[A-Za-z0-9][\w.\-]{0,95})?$")]
    private static partial Regex RepositoryForm();

    [GeneratedRegex(@"^[A-Za-z0-9][\w.\-/]{0,99}$")]
    private static partial Regex RevisionForm();
}
