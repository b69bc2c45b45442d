using System.Text.Json;
using System.Text.RegularExpressions;

namespace OmgLlava.Conversion.Pulling;

/// <summary>What the hub says of a repository at one commit.</summary>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Commit">The commit, 40 hexadecimal digits.</param>
/// <param name="Files">Its files by path; sizes or hashes that the hub does not tell are null.</param>
internal sealed partial record HubListing(
    string Repository,
    string Commit,
    IReadOnlyDictionary<string, (long? Bytes, string? Hash)> Files
)
{
    /// <summary>Whether this is what the cache has, not what the hub says.</summary>
    public bool IsCached { get; init; }

    /// <summary>Whether a text is a commit's hash.</summary>
    public static bool IsCommit(string? text) => text is not null && CommitForm().IsMatch(text);

    /// <summary>Reads the hub's answer to <c>/api/models/REPOSITORY/revision/REVISION?blobs=true</c>.</summary>
    /// <exception cref="OmgLlavaException">It is something else.</exception>
    public static HubListing Parse(string repository, ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            string? commit = document.RootElement.GetProperty("sha").GetString();
            if (!IsCommit(commit))
            {
                throw new JsonException("it names no commit");
            }

            var files = new Dictionary<string, (long? Bytes, string? Hash)>();
            foreach (JsonElement file in document.RootElement.GetProperty("siblings").EnumerateArray())
            {
                // A path that could leave its folder is never taken: as if it were not there.
                if (file.GetProperty("rfilename").GetString() is { } path && HubFile.IsSafePath(path))
                {
                    files[path] = Describe(file);
                }
            }

            return new HubListing(repository, commit!, files);
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OmgLlavaException($"What the hub says of '{repository}' cannot be understood: {error.Message}", error);
        }
    }

    private static (long? Bytes, string? Hash) Describe(JsonElement file)
    {
        bool large = file.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
        string? hash = large ? Text(lfs, "sha256") ?? Text(lfs, "oid") : Text(file, "blobId");
        long? bytes = (large ? Number(lfs, "size") : null) ?? Number(file, "size");
        return (bytes, HubFile.IsHash(hash) ? hash : null);

        static string? Text(JsonElement of, string name) =>
            of.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        static long? Number(JsonElement of, string name) =>
            of.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out long number)
            && number >= 0
                ? number
                : null;
    }

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex CommitForm();
}
