namespace OmgLlava.Cluster;

/// <summary>What keeps the list of servers, and what must survive them.</summary>
public enum ClusterStore
{
    /// <summary>Nothing beyond the servers' memory, on one machine alone: for trying it out.</summary>
    Localhost,

    /// <summary>Redis.</summary>
    Redis,

    /// <summary>PostgreSQL.</summary>
    Postgres,
}
