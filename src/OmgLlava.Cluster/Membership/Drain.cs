using OmgLlava.Cluster.Routing;

namespace OmgLlava.Cluster.Membership;

/// <summary>Lets requests that came from other servers end before this one leaves the cluster.</summary>
internal sealed class Drain(LocalAnswers answers) : IHostedService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (answers.Inside > 0 && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Look, CancellationToken.None);
        }
    }
}
