using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OmgLlava.Conversion.Pulling;

namespace OmgLlava.Tests.Conversion.Pulling;

/// <summary>
/// A hub on this machine that speaks the real one's routes: listings, <c>resolve</c> with redirects of large files to another
/// host, ranges, ETags and hashes. What it is told to do wrong, it does wrong.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string Repository, string Path), byte[]> _files = [];
    private readonly HashSet<string> _large = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, byte[], Task>>> _wrongs = [];
    private readonly string _storage;

    private FakeHub()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet(
            "/api/models/{owner}/{name}/revision/{revision}",
            (HttpContext context, string owner, string name) => AnswerAsync(context, "listing", Listing($"{owner}/{name}"))
        );
        _app.MapMethods("/{owner}/{name}/resolve/{commit}/{**path}", ["GET", "HEAD"], ResolveAsync);
        _app.MapGet(
            "/storage/{hash}",
            (HttpContext context, string hash) =>
            {
                ((string _, string path), byte[] content) = _files.First(file => Sha256(file.Value) == hash);
                return AnswerAsync(context, path, content);
            }
        );
        _app.StartAsync().GetAwaiter().GetResult();
        Endpoint = new Uri(_app.Urls.First());
        _storage = _app.Urls.Last();
    }

    public Uri Endpoint { get; }

    /// <summary>Every request: whether it came to the hub itself, its path, range and token.</summary>
    public ConcurrentQueue<(bool ToHub, string Path, string Range, string Token)> Requests { get; } = [];

    /// <summary>Whether listings tell sizes and hashes.</summary>
    public bool ListsBlobs { get; set; } = true;

    public static FakeHub Start() => new();

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    [SuppressMessage("Security", "CA5350", Justification = "git names blobs so")]
    public static string GitHash(byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    /// <summary>Settings of a client of this hub that does not wait long.</summary>
    public HubSettings Settings(string cache) =>
        new()
        {
            Endpoint = Endpoint,
            Cache = cache,
            Pause = TimeSpan.FromMilliseconds(1),
            Silence = TimeSpan.FromMinutes(2),
            Attempts = 4,
        };

    /// <summary>Adds a file; large ones are kept elsewhere.</summary>
    public void Add(string repository, string path, byte[] content, bool large)
    {
        _files[(repository, path)] = content;
        if (large)
        {
            _large.Add(path);
        }
    }

    /// <summary>What the next requests for a file get instead of it, one after another; <c>listing</c> for the listing.</summary>
    public void Wrong(string path, params Func<HttpContext, byte[], Task>[] answers)
    {
        ConcurrentQueue<Func<HttpContext, byte[], Task>> queue = _wrongs.GetOrAdd(path, _ => []);
        Array.ForEach(answers, queue.Enqueue);
    }

    /// <summary>An error, with headers.</summary>
    public static Func<HttpContext, byte[], Task> Status(int code, params (string Name, string Value)[] headers) =>
        (context, _) =>
        {
            context.Response.StatusCode = code;
            Array.ForEach(headers, header => context.Response.Headers[header.Name] = header.Value);
            return Task.CompletedTask;
        };

    /// <summary>Sends as if all were well, but something is done when a number of bytes has gone out.</summary>
    public static Func<HttpContext, byte[], Task> Part(int bytes, Func<HttpContext, Task> then) =>
        async (context, content) =>
        {
            (int begin, byte[] rest) = Range(context, content);
            context.Response.ContentLength = rest.Length;
            await context.Response.Body.WriteAsync(rest.AsMemory(0, Math.Min(bytes, rest.Length)));
            await context.Response.Body.FlushAsync();
            await then(context);
        };

    /// <summary>A cut after a number of bytes.</summary>
    public static Func<HttpContext, byte[], Task> Cut(int bytes) =>
        Part(
            bytes,
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            }
        );

    /// <summary>Another content.</summary>
    public static Func<HttpContext, byte[], Task> Other(Func<byte[], byte[]> change) =>
        async (context, content) => await context.Response.Body.WriteAsync(change(content));

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task ResolveAsync(HttpContext context, string owner, string name, string commit, string path)
    {
        Note(context);
        if (!_files.TryGetValue(($"{owner}/{name}", path), out byte[]? content) || commit != Commit)
        {
            context.Response.StatusCode = 404;
            context.Response.Headers["X-Error-Code"] = "EntryNotFound";
            return;
        }

        bool large = _large.Contains(path);
        context.Response.Headers["X-Repo-Commit"] = Commit;
        if (large)
        {
            context.Response.Headers["X-Linked-Etag"] = $"\"{Sha256(content)}\"";
            context.Response.Headers["X-Linked-Size"] = $"{content.Length}";
            context.Response.Redirect($"{_storage}/storage/{Sha256(content)}");
        }
        else
        {
            context.Response.Headers.ETag = $"W/\"{GitHash(content)}\"";
            await AnswerAsync(context, path, content, noted: true);
        }
    }

    private async Task AnswerAsync(HttpContext context, string path, byte[] content, bool noted = false)
    {
        if (!noted)
        {
            Note(context);
        }

        if (
            _wrongs.TryGetValue(path, out ConcurrentQueue<Func<HttpContext, byte[], Task>>? queue)
            && queue.TryDequeue(out Func<HttpContext, byte[], Task>? wrong)
        )
        {
            await wrong(context, content);
            return;
        }

        (int _, byte[] rest) = Range(context, content);
        context.Response.ContentLength = rest.Length;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(rest);
        }
    }

    private static (int Begin, byte[] Content) Range(HttpContext context, byte[] content)
    {
        if (context.Request.GetTypedHeaders().Range?.Ranges.First().From is not { } from)
        {
            return (0, content);
        }

        context.Response.StatusCode = 206;
        context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        return ((int)from, content[(int)from..]);
    }

    private byte[] Listing(string repository) =>
        JsonSerializerOf(
            new
            {
                sha = Commit,
                siblings = _files
                    .Where(file => file.Key.Repository == repository)
                    .Select(file =>
                        !ListsBlobs ? (object)new { rfilename = file.Key.Path }
                        : _large.Contains(file.Key.Path)
                            ? new
                            {
                                rfilename = file.Key.Path,
                                size = file.Value.Length,
                                blobId = GitHash([1]),
                                lfs = new { sha256 = Sha256(file.Value), size = file.Value.Length },
                            }
                        : new
                        {
                            rfilename = file.Key.Path,
                            size = file.Value.Length,
                            blobId = GitHash(file.Value),
                        }
                    ),
            }
        );

    private static byte[] JsonSerializerOf(object value) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value);

    private void Note(HttpContext context) =>
        Requests.Enqueue(
            (
                context.Connection.LocalPort == Endpoint.Port,
                Uri.UnescapeDataString(context.Request.Path),
                context.Request.Headers.Range.ToString(),
                context.Request.Headers.Authorization.ToString()
            )
        );
}
