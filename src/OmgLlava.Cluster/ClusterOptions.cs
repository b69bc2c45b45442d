using System.Net;
using OmgLlava.Cluster.Postgres;

namespace OmgLlava.Cluster;

/// <summary>How servers find each other.</summary>
public sealed record ClusterOptions
{
    private const string RedisPrefix = "redis:";

    /// <summary>What keeps the list of servers and their state.</summary>
    public ClusterStore Store { get; private init; }

    /// <summary>Connection string of the store; empty for none.</summary>
    public string Connection { get; private init; } = "";

    /// <summary>Name of the cluster; servers of another name see nothing of it.</summary>
    public string Name { get; init; } = "omg-llava";

    /// <summary>Address at which the other servers reach this one.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port at which the other servers reach this one.</summary>
    public int Port { get; init; } = 11111;

    /// <summary>
    /// Port of the first server, which the others ask for the list of servers; for <see cref="ClusterStore.Localhost"/>.
    /// </summary>
    public int FirstPort { get; init; } = 11111;

    /// <summary>
    /// PKCS #12 file with the certificate and key that this server shows the others; null for plain connections.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>
    /// PEM file of the authority whose certificates the others must show; needed with <see cref="Certificate"/>.
    /// </summary>
    public string? Authority { get; init; }

    /// <summary>
    /// How often the servers ask each other whether they are there, and how long they wait for the answer. One that twice gives
    /// none is given up.
    /// </summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long nobody must have asked about a picture before it may move to an emptier server; zero for never.
    /// </summary>
    public TimeSpan MoveAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a request waits for another server when the one that was to answer it is lost.</summary>
    internal TimeSpan Patience => TimeSpan.FromSeconds(Math.Max(20, 10 * Probe.TotalSeconds));

    /// <summary>
    /// Reads what a user writes: <c>localhost</c>, <c>redis:CONNECTION</c>, <c>postgres://USER:PASSWORD@HOST/DATABASE</c> or
    /// <c>Host=HOST;Database=DATABASE;...</c>.
    /// </summary>
    /// <exception cref="OmgLlavaException">It is none of these.</exception>
    public static ClusterOptions Parse(string text) => text switch
    {
        "localhost" => new ClusterOptions { Store = ClusterStore.Localhost },
        _ when text.StartsWith(RedisPrefix, StringComparison.Ordinal) && text.Length > RedisPrefix.Length =>
            new ClusterOptions { Store = ClusterStore.Redis, Connection = text[RedisPrefix.Length..].TrimStart('/') },
        _ when PostgresConnection.IsMeant(text) =>
            new ClusterOptions { Store = ClusterStore.Postgres, Connection = PostgresConnection.Read(text) },
        _ => throw new OmgLlavaException(
            $"The cluster's store must be 'localhost', 'redis:HOST:PORT' or 'postgres://USER@HOST/DATABASE', not '{text}'."),
    };

    /// <summary>Checks the options.</summary>
    /// <exception cref="OmgLlavaException">They contradict each other, or name a file that is missing.</exception>
    public void Validate()
    {
        if (Store == ClusterStore.Localhost && !IPAddress.IsLoopback(Address))
        {
            throw new OmgLlavaException(
                "'localhost' is for servers on one machine; servers on several need 'redis:HOST:PORT' or "
                + "'postgres://USER@HOST/DATABASE'.");
        }

        if ((Certificate is null) != (Authority is null))
        {
            throw new OmgLlavaException(
                "Encrypted connections need both, a certificate and the authority that the others must show.");
        }

        foreach (string? file in (string?[])[Certificate, Authority])
        {
            if (file is not null && !File.Exists(file))
            {
                throw new OmgLlavaException($"The file '{file}' does not exist.");
            }
        }
    }
}
