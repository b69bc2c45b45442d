namespace OmgLlava.Conversion.Pulling;

/// <summary>
/// The cache that Python's <c>huggingface_hub</c> uses: <c>models--OWNER--NAME/</c> with the contents under their hashes in
/// <c>blobs</c>, a folder of links to them for each commit in <c>snapshots</c>, and the commit of each branch in <c>refs</c>.
/// What either side downloaded serves both.
/// </summary>
internal sealed class HubCache(string root)
{
    /// <summary>Where it lies.</summary>
    public string Root => root;

    /// <summary>The path of a file that is there whole; null where it is not.</summary>
    public string? Find(string repository, string commit, HubFile file)
    {
        string link = Snapshot(repository, commit, file.Path);
        return Length(link) == file.Bytes ? link : null;
    }

    /// <summary>Whether a file's content is there, under any commit.</summary>
    public bool HasBlob(string repository, HubFile file) => Length(Blob(repository, file)) == file.Bytes;

    /// <summary>The commit that a revision had when it was last asked for; null where it never was.</summary>
    public string? Commit(string repository, string revision)
    {
        string reference = Path.Combine(Folder(repository), "refs", Path.Combine(revision.Split('/')));
        string? commit =
            HubListing.IsCommit(revision) ? revision
            : File.Exists(reference) ? File.ReadAllText(reference).Trim()
            : null;
        return HubListing.IsCommit(commit) ? commit : null;
    }

    /// <summary>Remembers the commit of a revision.</summary>
    public void Remember(string repository, string revision, string commit)
    {
        string reference = Path.Combine(Folder(repository), "refs", Path.Combine(revision.Split('/')));
        if (!HubListing.IsCommit(revision) && Commit(repository, revision) != commit)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
            string temporary = $"{reference}.{Path.GetRandomFileName()}";
            File.WriteAllText(temporary, commit);
            File.Move(temporary, reference, overwrite: true);
        }
    }

    /// <summary>The files of a commit that are there, as paths in the repository.</summary>
    public IReadOnlyDictionary<string, long> Files(string repository, string commit)
    {
        string folder = Path.Combine(Folder(repository), "snapshots", commit);
        return !Directory.Exists(folder)
            ? new Dictionary<string, long>()
            : Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(folder, file).Replace('\\', '/'), Bytes: Length(file)))
                .Where(file => file.Bytes is not null && HubFile.IsSafePath(file.Path))
                .ToDictionary(file => file.Path, file => file.Bytes!.Value);
    }

    /// <summary>The hash that a file of a commit was downloaded under; null where the cache does not tell, as on systems without
    /// links.</summary>
    public string? HashOf(string repository, string commit, string path)
    {
        string? blob = File.ResolveLinkTarget(Snapshot(repository, commit, path), returnFinalTarget: true)?.Name;
        return HubFile.IsHash(blob) ? blob : null;
    }

    /// <summary>The path of a file of a commit, whether it is there or not.</summary>
    public string Snapshot(string repository, string commit, string path) =>
        Path.Combine([Folder(repository), "snapshots", commit, .. path.Split('/')]);

    /// <summary>Where a file's content goes when it is whole.</summary>
    public string Blob(string repository, HubFile file) => Path.Combine(Folder(repository), "blobs", file.Hash);

    /// <summary>Where a file's content grows.</summary>
    public string Incomplete(string repository, HubFile file) => Blob(repository, file) + ".incomplete";

    /// <summary>Bytes of a file that an earlier run left.</summary>
    public long Begun(string repository, HubFile file) =>
        Length(Incomplete(repository, file)) is { } bytes && bytes <= file.Bytes ? bytes : 0;

    /// <summary>Makes the content that <see cref="Blob"/> holds a file of a commit.</summary>
    public void Link(string repository, string commit, HubFile file)
    {
        string link = Snapshot(repository, commit, file.Path);
        string blob = Blob(repository, file);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.Delete(link);
        try
        {
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            File.Move(blob, link, overwrite: true); // no links here, as on Windows without developer mode: Python does the same
        }
    }

    /// <summary>Keeps other programs from downloading the same content; waits for one that does.</summary>
    public async Task<IDisposable> LockAsync(string repository, HubFile file, Action? waiting, CancellationToken cancellation)
    {
        string path = Path.Combine(root, ".locks", Name(repository), file.Hash + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (bool told = false; ; told = true)
        {
            try
            {
                // flock, as Python's filelock
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error)
                when (!Directory.Exists(path) && error is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (!told)
                {
                    waiting?.Invoke();
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellation).ConfigureAwait(false);
            }
        }
    }

    private string Folder(string repository) => Path.Combine(root, Name(repository));

    private static string Name(string repository) => "models--" + repository.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>The size of a file, through links; null where there is none.</summary>
    private static long? Length(string path)
    {
        try
        {
            FileInfo info = new(path);
            info = info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
            return info.Exists ? info.Length : null;
        }
        catch (IOException)
        {
            return null; // a link in circles
        }
    }
}
