using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using OmgLlava.Weights;

namespace OmgLlava.Conversion.Pulling;

/// <summary>
/// Brings files into the cache. What an earlier run left is continued; a file appears under its name only when its size and its
/// hash are those that the hub states.
/// </summary>
internal sealed class HubDownload(HubClient client, HubCache cache, HubSettings settings, Action<string>? notes)
{
    private const int BufferBytes = 1 << 18;

    /// <summary>Downloads a file, or does nothing where it is there.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="commit">Of which commit.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Told the bytes that are there; less than before when it has to begin again.</param>
    /// <param name="cancellation">Stops; what is there stays.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="OmgLlavaException">It cannot be had, is not what the hub states, or the disk is full.</exception>
    public async Task<string> FetchAsync(
        string repository,
        string commit,
        HubFile file,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        try
        {
            if (cache.Find(repository, commit, file) is null)
            {
                using IDisposable held = await cache
                    .LockAsync(
                        repository,
                        file,
                        () => notes?.Invoke($"Another program downloads '{file.Path}'; waiting for it."),
                        cancellation
                    )
                    .ConfigureAwait(false);
                if (!cache.HasBlob(repository, file))
                {
                    await DownloadAsync(repository, commit, file, progress, cancellation).ConfigureAwait(false);
                }

                cache.Link(repository, commit, file);
            }

            progress?.Report(file.Bytes);
            return cache.Snapshot(repository, commit, file.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException(
                DiskSpace.IsFull(error)
                    ? $"The disk of '{cache.Root}' is full while '{file.Path}' is downloaded; free some space, or set "
                        + $"HF_HUB_CACHE to another disk, and run the same again: it goes on from there."
                    : $"'{file.Path}' cannot be written to '{cache.Root}': {error.Message}",
                error
            );
        }
    }

    private async Task DownloadAsync(
        string repository,
        string commit,
        HubFile file,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        string incomplete = cache.Incomplete(repository, file);
        Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!);
        var stream = new FileStream(incomplete, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        await using (stream.ConfigureAwait(false))
        {
            bool damaged = false;
            while (true)
            {
                string hash = await FillAsync(stream, repository, commit, file, progress, cancellation).ConfigureAwait(false);
                if (hash == file.Hash)
                {
                    break;
                }

                stream.SetLength(0);
                progress?.Report(0);
                if (damaged)
                {
                    throw new OmgLlavaException(
                        $"'{file.Path}' of '{repository}' came twice with another content than the hub states (hash "
                            + $"{hash[..12]} instead of {file.Hash[..12]}); something between here and {settings.Endpoint} "
                            + $"changes it."
                    );
                }

                damaged = true;
                notes?.Invoke($"'{file.Path}' has not the hash that the hub states; it is downloaded anew.");
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(incomplete, cache.Blob(repository, file), overwrite: true);
    }

    /// <summary>Brings a file to its full size and gives the hash of all of it.</summary>
    private async Task<string> FillAsync(
        FileStream stream,
        string repository,
        string commit,
        HubFile file,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        if (stream.Length > file.Bytes)
        {
            stream.SetLength(0);
        }

        using IncrementalHash hash = Begin(file);
        byte[] buffer = new byte[BufferBytes];
        stream.Position = 0;
        long length = 0;
        for (long begun = stream.Length; length < begun; progress?.Report(length))
        {
            int there = await stream
                .ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, begun - length)), cancellation)
                .ConfigureAwait(false);
            if (there == 0)
            {
                break;
            }

            hash.AppendData(buffer, 0, there);
            length += there;
        }

        var retries = new Retries(settings, text => notes?.Invoke($"{file.Path}: {text}"));
        while (length < file.Bytes)
        {
            long before = length;
            try
            {
                using HttpResponseMessage answer = await client
                    .OpenAsync(repository, commit, file.Path, length, cancellation)
                    .ConfigureAwait(false);
                if (!Continues(answer, length, file))
                {
                    // The hub gives the whole file only, or not this range: from the beginning.
                    stream.SetLength(length = 0);
                    _ = hash.GetHashAndReset();
                    Start(hash, file);
                    if (answer.StatusCode != HttpStatusCode.OK)
                    {
                        throw new HubInterruption($"The hub cannot continue '{file.Path}'");
                    }
                }

                Stream body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
                await using (body.ConfigureAwait(false))
                {
                    int read;
                    while ((read = await client.ReadAsync(body, buffer, cancellation).ConfigureAwait(false)) > 0)
                    {
                        if (length + read > file.Bytes)
                        {
                            throw new OmgLlavaException(
                                $"The hub sends more than the {file.Bytes} bytes that it says '{file.Path}' of '{repository}' "
                                    + $"has; something between here and {settings.Endpoint} changes it."
                            );
                        }

                        await stream.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                        hash.AppendData(buffer, 0, read);
                        length += read;
                        progress?.Report(length);
                    }
                }

                if (length < file.Bytes)
                {
                    throw new HubInterruption("The connection was cut");
                }
            }
            catch (HubInterruption interruption)
            {
                if (length > before)
                {
                    retries.Progressed();
                }

                await retries.WaitAsync(interruption, cancellation).ConfigureAwait(false);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether an answer goes on where the file ends. Its size must be the one that the listing states.</summary>
    private static bool Continues(HttpResponseMessage answer, long length, HubFile file)
    {
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return false;
        }

        ContentRangeHeaderValue? range = answer.Content.Headers.ContentRange;
        long? whole = answer.StatusCode == HttpStatusCode.PartialContent ? range?.Length : answer.Content.Headers.ContentLength;
        if (whole is { } stated && stated != file.Bytes)
        {
            throw new HubInterruption($"The hub states {file.Bytes} bytes for '{file.Path}' but would send {stated}");
        }

        return length == 0 || (answer.StatusCode == HttpStatusCode.PartialContent && range?.From == length);
    }

    private static IncrementalHash Begin(HubFile file)
    {
        var hash = IncrementalHash.CreateHash(file.Hash.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        Start(hash, file);
        return hash;
    }

    /// <summary>A small file's hash is git's: over its kind and size first.</summary>
    private static void Start(IncrementalHash hash, HubFile file)
    {
        if (file.Hash.Length == 40)
        {
            hash.AppendData(System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {file.Bytes}\0")));
        }
    }
}
