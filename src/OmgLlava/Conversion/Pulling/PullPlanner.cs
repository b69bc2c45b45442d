namespace OmgLlava.Conversion.Pulling;

/// <summary>Finds the files of a model: in a hub's listings, in the cache, or in a folder.</summary>
internal sealed class PullPlanner(PullOptions options, HubSettings settings, HubCache cache, HubClient client)
{
    private readonly Dictionary<(string Repository, string Revision), Task<HubListing?>> _listings = [];

    /// <summary>The files of a part, in the first place that has them.</summary>
    /// <exception cref="OmgLlavaException">No place has them; the message says where they should be.</exception>
    public async Task<IReadOnlyList<PlannedFile>> FindAsync(ManifestPart part, CancellationToken cancellation)
    {
        if (options.From is not null)
        {
            return FromFolder(part, options.From);
        }

        // What is here already is rather taken than another form of the same.
        OmgLlavaException? first = null;
        foreach (ManifestChoice choice in part.Choices.OrderByDescending(IsHere))
        {
            try
            {
                if (
                    await ListAsync(choice, cancellation).ConfigureAwait(false) is { } listing
                    && choice.Match(listing.Files.Keys) is { } paths
                )
                {
                    return await Task.WhenAll(paths.Select(path => PlanAsync(part, listing, path, cancellation)))
                        .ConfigureAwait(false);
                }
            }
            catch (OmgLlavaException error)
            {
                first ??= error; // another place may have it
            }
        }

        if (first is not null)
        {
            throw new OmgLlavaException($"{part.Role} cannot be had: {first.Message}", first);
        }

        throw new OmgLlavaException(
            settings.Offline
                ? $"{part.Role} is not in the cache '{cache.Root}', and HF_HUB_OFFLINE is set; unset it, or give the files by "
                    + $"--from. It is {Places(part)}."
                : $"{part.Role} is not where it was published: {Places(part)}. Name the new place in a manifest of your own, "
                    + $"or give the files by --from."
        );
    }

    private static string Places(ManifestPart part) =>
        string.Join(
            "; or ",
            part.Choices.Select(choice =>
                $"{string.Join(", ", choice.Files.Where(file => !file.EndsWith('?')))} of {choice.Repository}"
            )
        );

    private bool IsHere(ManifestChoice choice) =>
        cache.Commit(choice.Repository, choice.Revision) is { } commit
        && choice.Match(cache.Files(choice.Repository, commit).Keys) is not null;

    private Task<HubListing?> ListAsync(ManifestChoice choice, CancellationToken cancellation)
    {
        (string, string) key = (choice.Repository, choice.Revision);
        if (!_listings.TryGetValue(key, out Task<HubListing?>? listing))
        {
            _listings[key] = listing = AskAsync(choice, cancellation);
        }

        return listing;
    }

    private async Task<HubListing?> AskAsync(ManifestChoice choice, CancellationToken cancellation)
    {
        if (settings.Offline)
        {
            return Cached(choice);
        }

        try
        {
            return await client.ListAsync(choice.Repository, choice.Revision, cancellation).ConfigureAwait(false);
        }
        catch (OmgLlavaException error) when (error.InnerException is HubInterruption && IsHere(choice))
        {
            options.Notes?.Invoke($"{error.InnerException.Message}; '{choice.Repository}' is taken from the cache.");
            return Cached(choice);
        }
    }

    /// <summary>What the cache has of a repository, as if the hub had said so: sizes and hashes are those of the files.</summary>
    private HubListing? Cached(ManifestChoice choice) =>
        cache.Commit(choice.Repository, choice.Revision) is { } commit
            ? new HubListing(
                choice.Repository,
                commit,
                cache
                    .Files(choice.Repository, commit)
                    .ToDictionary(
                        file => file.Key,
                        file => ((long?)file.Value, cache.HashOf(choice.Repository, commit, file.Key))
                    )
            )
            {
                IsCached = true,
            }
            : null;

    private async Task<PlannedFile> PlanAsync(ManifestPart part, HubListing listing, string path, CancellationToken cancellation)
    {
        (long? bytes, string? hash) = listing.Files[path];
        if (listing.IsCached)
        {
            return new PlannedFile(
                part.Role,
                listing.Repository,
                listing.Commit,
                path,
                bytes!.Value,
                bytes.Value,
                hash ?? "",
                cache.Snapshot(listing.Repository, listing.Commit, path)
            );
        }

        HubFile file =
            bytes is null || hash is null
                ? await client.DescribeAsync(listing.Repository, listing.Commit, path, cancellation).ConfigureAwait(false)
                : new HubFile(path, bytes.Value, hash);
        if (part.Bytes.TryGetValue(path, out long once) && once != file.Bytes)
        {
            options.Notes?.Invoke($"'{path}' has {file.Bytes} bytes; it had {once} when it was published.");
        }

        bool here = cache.Find(listing.Repository, listing.Commit, file) is not null || cache.HasBlob(listing.Repository, file);
        return new PlannedFile(
            part.Role,
            listing.Repository,
            listing.Commit,
            path,
            file.Bytes,
            here ? file.Bytes : cache.Begun(listing.Repository, file),
            file.Hash,
            cache.Snapshot(listing.Repository, listing.Commit, path)
        );
    }

    /// <summary>The files of a part in a folder: by their paths in their repository, or by their names.</summary>
    private static PlannedFile[] FromFolder(ManifestPart part, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new OmgLlavaException($"The folder '{folder}' does not exist.");
        }

        foreach (ManifestChoice choice in part.Choices)
        {
            var paths = choice
                .Files.Select(pattern => pattern.TrimEnd('?'))
                .SelectMany(pattern => Matching(folder, pattern))
                .Distinct()
                .ToDictionary(path => path, path => path);
            foreach (
                string pattern in choice.Files.Where(pattern => pattern.Contains('/', StringComparison.Ordinal) && !part.Folder)
            )
            {
                string name = pattern[(pattern.LastIndexOf('/') + 1)..].TrimEnd('?');
                foreach (string path in Matching(folder, name))
                {
                    paths.TryAdd($"{pattern[..pattern.LastIndexOf('/')]}/{path}", path);
                }
            }

            if (choice.Match(paths.Keys) is { } taken)
            {
                return
                [
                    .. taken
                        .Select(path => Path.GetFullPath(Path.Combine([folder, .. paths[path].Split('/')])))
                        .Select(local => (Local: local, new FileInfo(local).Length))
                        .Select(file => new PlannedFile(
                            part.Role,
                            "",
                            "",
                            Path.GetRelativePath(folder, file.Local).Replace('\\', '/'),
                            file.Length,
                            file.Length,
                            "",
                            file.Local
                        )),
                ];
            }
        }

        throw new OmgLlavaException($"'{folder}' has not {part.Role}: {Places(part)}.");
    }

    private static IEnumerable<string> Matching(string folder, string pattern)
    {
        string[] names = pattern.Split('/');
        string inner = Path.Combine([folder, .. names[..^1]]);
        return !Directory.Exists(inner)
            ? []
            : Directory
                .EnumerateFiles(inner, names[^1])
                .Select(file => string.Join('/', [.. names[..^1], Path.GetFileName(file)]));
    }
}
