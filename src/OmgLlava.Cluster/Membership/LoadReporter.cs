using OmgLlava.Cluster.Grains;
using OmgLlava.Cluster.Placement;
using OmgLlava.Server;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Cluster.Membership;

/// <summary>Says this server's load twice a second, and learns those of the others.</summary>
internal sealed class LoadReporter(
    IGrainFactory grains, LoadBoard board, OmgLlavaService service, Admission admission, ServerOptions options, Leaving leaving,
    LocalPictures pictures, ILocalSiloDetails silo) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private long _number;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                board.Update(await grains.GetGrain<IBoardGrain>(0).ReportAsync(Measure()).WaitAsync(stoppingToken));
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is OrleansException or TimeoutException or InvalidOperationException)
            {
                await Task.Delay(Period, CancellationToken.None); // the server with the board is gone; it comes up at another
            }
        }
    }

    private SiloLoad Measure()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        double total = Math.Max(1, memory.TotalAvailableMemoryBytes);
        return new SiloLoad
        {
            Silo = silo.SiloAddress,
            Waiting = service.Scheduler.Waiting,
            Inside = admission.Inside,
            Room = options.MaxRequests,
            Pictures = pictures.Count,
            FreeMemory = Math.Clamp(1 - (Environment.WorkingSet / total), 0, 1),
            Leaving = leaving.HasBegun,
            Number = ++_number,
        };
    }
}
