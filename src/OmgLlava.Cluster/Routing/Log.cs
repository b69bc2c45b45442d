namespace OmgLlava.Cluster.Routing;

/// <summary>What the cluster logs.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The server that answers {Request} was lost: {Why}")]
    public static partial void Lost(ILogger log, string request, string why);
}
