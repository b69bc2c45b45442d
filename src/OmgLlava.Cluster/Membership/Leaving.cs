namespace OmgLlava.Cluster.Membership;

/// <summary>Whether this server is ending.</summary>
internal sealed class Leaving(IHostApplicationLifetime life)
{
    /// <summary>Whether it takes nothing new any more.</summary>
    public bool HasBegun => life.ApplicationStopping.IsCancellationRequested;
}
