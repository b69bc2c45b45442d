using System.Text.RegularExpressions;

namespace OmgLlava.Conversion.Pulling;

/// <summary>A file of a repository at one commit.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Hash">SHA-256 of its content (64 digits), or git's SHA-1 of a blob (40 digits), as the hub states it. It names
/// the file in the cache.</param>
internal sealed partial record HubFile(string Path, long Bytes, string Hash)
{
    /// <summary>Whether a hash is one of the two kinds.</summary>
    public static bool IsHash(string? hash) => hash is not null && HashForm().IsMatch(hash);

    /// <summary>Whether a path stays inside its repository on every system.</summary>
    public static bool IsSafePath(string path) =>
        path.Length is > 0 and < 512
        && path.Split('/').All(name => name.Length > 0 && name is not ("." or "..") && !name.EndsWith('.') && !name.EndsWith(' '))
        && !path.Any(letter => letter is '\\' or ':' or '"' or '<' or '>' or '|' || char.IsControl(letter));

    [GeneratedRegex("^([0-9a-f]{40}|[0-9a-f]{64})$")]
    private static partial Regex HashForm();
}
