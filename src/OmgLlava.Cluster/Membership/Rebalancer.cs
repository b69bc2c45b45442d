using OmgLlava.Cluster.Grains;
using OmgLlava.Cluster.Placement;
using OmgLlava.Cluster.Routing;

namespace OmgLlava.Cluster.Membership;

/// <summary>
/// Once a second lets pictures that nobody asks about go to emptier servers, see <see cref="Rebalancing"/>. Orleans' own
/// rebalancing is not used: it cannot know that a picture streams an answer, or which servers its name draws.
/// </summary>
internal sealed class Rebalancer(
    IGrainFactory grains, LoadBoard board, LocalPictures pictures, ClusterOptions options, Leaving leaving,
    ILocalSiloDetails silo) : BackgroundService
{
    private const int Reports = 3; // the first may have been on its way, the second measured before the picture came
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private Dictionary<SiloAddress, long> _said = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (options.MoveAfter > TimeSpan.Zero && !leaving.HasBegun)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await MoveAsync();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (LostServer.Is(error))
            {
                // The next time, on what is known by then.
            }
        }
    }

    private async Task MoveAsync()
    {
        // A picture on its way is counted nowhere: the next go only when all have arrived, and the servers have said so.
        SiloLoad[] loads = [.. board.Loads];
        if (pictures.AnyGoing)
        {
            _said = loads.ToDictionary(load => load.Silo, load => load.Number);
            return;
        }

        if (loads.Any(load => _said.TryGetValue(load.Silo, out long before) && load.Number < before + Reports))
        {
            return;
        }

        foreach ((GrainId picture, SiloAddress to) in Rebalancing.Choose(
            silo.SiloAddress, loads, pictures.Unused(options.MoveAfter)))
        {
            await grains.GetGrain<IPictureGrain>(picture).MoveAsync(to);
            _said = loads.ToDictionary(load => load.Silo, load => load.Number);
        }
    }
}
