namespace OmgLlava.Cluster.Shards;

/// <summary>
/// Lends the shards of a run. What is done stands in the run's folder; the ledger is only in memory, and where it is lost,
/// programs are lent shards again that they find done.
/// </summary>
[Alias("omg.IShardLedgerGrain")]
internal interface IShardLedgerGrain : IGrainWithStringKey
{
    /// <summary>Lends a shard that nobody has.</summary>
    /// <param name="worker">Who asks.</param>
    /// <param name="shards">How many there are.</param>
    /// <returns>
    /// The shard; their number for joining them; -1 when all is done; -2 while others have the rest.
    /// </returns>
    [Alias("Claim")]
    Task<int> ClaimAsync(string worker, int shards);

    /// <summary>Says that a worker is still at a shard.</summary>
    [Alias("Renew")]
    Task RenewAsync(string worker, int shard);

    /// <summary>Says that a shard is done.</summary>
    [Alias("Done")]
    Task DoneAsync(int shard);
}
