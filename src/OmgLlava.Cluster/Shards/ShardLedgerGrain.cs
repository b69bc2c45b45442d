namespace OmgLlava.Cluster.Shards;

/// <inheritdoc cref="IShardLedgerGrain"/>
internal sealed class ShardLedgerGrain(TimeProvider time) : Grain, IShardLedgerGrain
{
    /// <summary>How long a shard is lent; its worker says in time that it is still at it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private readonly HashSet<int> _done = [];
    private readonly Dictionary<int, (string Worker, DateTimeOffset Until)> _lent = [];
    private int _next;

    public Task<int> ClaimAsync(string worker, int shards)
    {
        DateTimeOffset now = time.GetUtcNow();
        int? free = _lent.Where(loan => loan.Value.Until < now).Select(loan => (int?)loan.Key).Min();
        while (free is null && _next < shards)
        {
            free = _done.Contains(_next) || _lent.ContainsKey(_next) ? null : _next;
            _next++;
        }

        int chosen = free is { } shard ? shard
            : _done.Contains(shards) ? SharedShards.AllDone
            : _lent.Count == 0 ? shards
            : SharedShards.Wait;
        if (chosen >= 0)
        {
            _lent[chosen] = (worker, now + Lease);
        }

        return Task.FromResult(chosen);
    }

    public Task RenewAsync(string worker, int shard)
    {
        if (!_done.Contains(shard))
        {
            _lent[shard] = (worker, time.GetUtcNow() + Lease);
        }

        return Task.CompletedTask;
    }

    public Task DoneAsync(int shard)
    {
        _lent.Remove(shard);
        _done.Add(shard);
        return Task.CompletedTask;
    }
}
