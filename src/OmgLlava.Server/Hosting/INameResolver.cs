using System.Net;

namespace OmgLlava.Server.Hosting;

/// <summary>Finds the addresses of a name; tests have their own.</summary>
internal interface INameResolver
{
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation);
}
