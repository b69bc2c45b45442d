using OmgLlava.Cluster.Placement;

namespace OmgLlava.Cluster.Membership;

/// <summary>
/// Whether this server may answer: it must have seen the cluster's list within the last seconds, with itself on it. One that is
/// cut off from the list refuses, for the others may have given its pictures to somebody else.
/// </summary>
internal sealed class ClusterHealth(
    IServiceProvider services, ClusterOptions options, ILocalSiloDetails silo, LoadBoard board, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _lease = 4 * options.Probe;
    private long _seen = time.GetTimestamp();
    private volatile bool _dead;

    /// <summary>Servers that have said their load lately; 1 where none has.</summary>
    public int Servers => Math.Max(1, board.Loads.Count);

    /// <summary>Why this server may not answer, in a sentence; null when it may.</summary>
    public string? Refusal =>
        _dead ? "The other servers have given this one up; it ends, so ask another."
        : time.GetElapsedTime(Interlocked.Read(ref _seen)) > _lease ? "This server is cut off from its cluster; ask another one."
        : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IMembershipTable? table = options.Store == ClusterStore.Localhost ? null : services.GetService<IMembershipTable>();
        using var timer = new PeriodicTimer(Period);
        do
        {
            try
            {
                long now = time.GetTimestamp();
                if (table is not null)
                {
                    MembershipTableData list = await table.ReadAllAsync(stoppingToken).WaitAsync(_lease / 2, stoppingToken);
                    SiloStatus status = list.Members.FirstOrDefault(
                        member => member.Item1.SiloAddress.Equals(silo.SiloAddress))?.Item1.Status
                        ?? SiloStatus.None;
                    _dead |= status is SiloStatus.Dead;
                }

                Interlocked.Exchange(ref _seen, now);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // the store's own errors, of whatever kind: not seen
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
