using OmgLlava.Data.Annotating;

namespace OmgLlava.Cluster.Shards;

/// <summary>Shares the shards of a run with the other programs of a cluster.</summary>
public sealed class SharedShards : IShardLender, IDisposable
{
    internal const int AllDone = -1;
    internal const int Wait = -2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenRenewals = ShardLedgerGrain.Lease / 4;

    private readonly IHost _host;
    private readonly IShardLedgerGrain _ledger;
    private readonly int _shards;
    private readonly string _worker = $"{Environment.MachineName}-{Environment.ProcessId}";
    private readonly Timer _renewing;
    private int _at = Wait;

    private SharedShards(IHost host, string run, int shards)
    {
        (_host, _shards) = (host, shards);
        _ledger = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IShardLedgerGrain>(run);
        _renewing = new Timer(_ => _ = RenewAsync(), null, BetweenRenewals, BetweenRenewals);
    }

    /// <summary>Joins the programs that work on a run.</summary>
    /// <param name="options">How they find each other. Servers of the same cluster are not among them.</param>
    /// <param name="run">Names the run, the same in all of them.</param>
    /// <param name="shards">How many shards it has.</param>
    /// <param name="cancellation">Stops joining.</param>
    public static async Task<SharedShards> JoinAsync(
        ClusterOptions options, string run, int shards, CancellationToken cancellation)
    {
        options.Validate();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleans(silo => ClusterHosting.Connect(silo, options with { Name = $"{options.Name}-annotate" }));
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellation);
            return new SharedShards(host, run, shards);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int? Lend(CancellationToken cancellation)
    {
        while (true)
        {
            int claimed = Patiently(() => _ledger.ClaimAsync(_worker, _shards), cancellation);
            Volatile.Write(ref _at, claimed);
            if (claimed != Wait)
            {
                return claimed == AllDone ? null : claimed;
            }

            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Done(int shard)
    {
        Volatile.Write(ref _at, Wait);
        Patiently(
            async () =>
            {
                await _ledger.DoneAsync(shard);
                return true;
            },
            CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _renewing.Dispose();
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
    }

    /// <summary>Asks again while the program with the ledger is lost and the ledger not yet with another.</summary>
    private static T Patiently<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return ask().WaitAsync(cancellation).GetAwaiter().GetResult();
            }
            catch (Exception error) when (error is OrleansException or TimeoutException)
            {
                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task RenewAsync()
    {
        if (Volatile.Read(ref _at) is >= 0 and int shard)
        {
            try
            {
                await _ledger.RenewAsync(_worker, shard);
            }
            catch (Exception error) when (error is OrleansException or TimeoutException or ObjectDisposedException)
            {
                // At worst the shard is done twice.
            }
        }
    }
}
