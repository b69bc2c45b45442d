using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server;

/// <summary>How the server is reached and what it allows. The defaults suit one person on one machine.</summary>
public sealed record ServerOptions
{
    /// <summary>The address to listen on; only this machine by default.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port; 0 for any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>
    /// Kestrel's own configuration (<c>Endpoints</c>, <c>Certificates</c>), for TLS or several addresses; it replaces
    /// <see cref="Host"/> and <see cref="Port"/>. Null for none.
    /// </summary>
    public IConfiguration? Kestrel { get; init; }

    /// <summary>Path below which everything is when a proxy hands requests on unchanged, such as <c>/vision</c>; empty for
    /// none.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Names by which a server on a loopback address is called besides this machine's own, such as that of a proxy
    /// before it.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Addresses or networks of proxies whose <c>X-Forwarded-*</c> headers are believed; none by default.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>What pictures and conversations may take of memory.</summary>
    public ServingOptions Serving { get; init; } = new();

    /// <summary>Keys that clients must send as <c>Authorization: Bearer KEY</c>; none for no keys.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Origins of other web pages that may use the API, such as <c>https://example.org</c>; none by default.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Hosts whose pictures may be fetched by <c>https</c>; none by default. Private addresses and redirects are never
    /// followed.</summary>
    public IReadOnlyList<string> ImageHosts { get; init; } = [];

    /// <summary>Address of the Label Studio whose tasks' pictures are fetched from it; null for none. It may be a private one:
    /// its operator names it.</summary>
    public Uri? LabelStudioUrl { get; init; }

    /// <summary>Key of that Label Studio; null for none.</summary>
    public string? LabelStudioKey { get; init; }

    /// <summary>Most bytes of a request.</summary>
    public long MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>Most requests that are worked on or wait; more get 429. With several keys each has an equal share of
    /// them.</summary>
    public int MaxRequests { get; init; } = 64;

    /// <summary>Most tokens of an answer; a request that asks for more gets this many.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>Most visual prompts of a request.</summary>
    public int MaxPrompts { get; init; } = 64;

    /// <summary>Most turns of a conversation.</summary>
    public int MaxTurns { get; init; } = 100;

    /// <summary>Longest time of a request, waiting included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most connections at once; more are closed.</summary>
    public int MaxConnections { get; init; } = 2048;

    /// <summary>Longest time that a client may take to send the head of a request, and to get its body going.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A body that comes slower than this, in bytes a second, is given up.</summary>
    public double MinBodyBytesPerSecond { get; init; } = 1024;

    /// <summary>How long requests that are being answered may go on when the server ends.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A folder to serve the page from instead of the assembly, for those who work on it.</summary>
    public string? PageFolder { get; init; }

    /// <summary>Whether others than this machine's programs reach the server, and none of them needs a key.</summary>
    /// <exception cref="OmgLlavaException">The host is no address of this machine.</exception>
    public bool IsOpenToAll => ApiKeys.Count == 0 && !new Listening(this).IsLocal;

    /// <summary>Checks the options.</summary>
    /// <exception cref="OmgLlavaException">
    /// A host that is no address of this machine, an empty key, an origin that is none: what would not do what it seems to. The
    /// message names it.
    /// </exception>
    public void Validate() => OptionChecks.Check(this);
}
