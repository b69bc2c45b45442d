using System.Security.Cryptography;
using System.Text;
using OmgLlava.Cluster.Grains;
using OmgLlava.Cluster.Routing;

namespace OmgLlava.Cluster.Membership;

/// <summary>Learns the cluster's secret before the first request.</summary>
internal sealed class SecretLoader(IGrainFactory grains, PictureNames names, ClusterOptions options) : IHostedService
{
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Store == ClusterStore.Localhost)
        {
            names.Use(SHA256.HashData(Encoding.UTF8.GetBytes(options.Name))); // nothing keeps one; only this machine can ask
            return;
        }

        for (int i = 1; ; i++)
        {
            try
            {
                names.Use(await grains.GetGrain<ISecretGrain>(0).GetAsync().WaitAsync(cancellationToken));
                return;
            }
            catch (Exception error) when (i < Tries && error is Orleans.Runtime.OrleansException or TimeoutException)
            {
                await Task.Delay(Pause, cancellationToken); // a server that has just died may still be on the list
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
