using System.Net;
using Npgsql;
using OmgLlava.Cluster.Membership;
using OmgLlava.Cluster.Placement;
using OmgLlava.Cluster.Postgres;
using OmgLlava.Cluster.Routing;
using OmgLlava.Server;
using OmgLlava.Server.Hosting;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;

namespace OmgLlava.Cluster;

/// <summary>Makes a server one of many.</summary>
public static class ClusterHosting
{
    internal const string Storage = "omg";

    private const string Npgsql = "Npgsql";
    private const string Traces = "Microsoft.Orleans";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Makes the server that is being built a server of a cluster.</summary>
    /// <param name="builder">The server, see <see cref="Server.OmgLlavaServer.Create"/>.</param>
    /// <param name="options">How the servers find each other.</param>
    /// <exception cref="OmgLlavaException">The options do not fit, see <see cref="ClusterOptions.Validate"/>.</exception>
    public static void AddCluster(this WebApplicationBuilder builder, ClusterOptions options)
    {
        options.Validate();
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton<PictureNames>();
        services.AddSingleton(provider => provider.GetRequiredService<ServerOptions>().Serving with
        {
            PictureNames = provider.GetRequiredService<PictureNames>().OfContent,
        });
        services.AddSingleton<LoadBoard>();
        services.AddSingleton<LocalPictures>();
        services.AddSingleton<Leaving>();
        services.AddSingleton<LocalAnswers>();
        services.AddSingleton<RequestTarget>();
        services.AddSingleton<IRequestRouter, ClusterRouter>();
        services.AddSingleton<IResponseStore, ClusterResponseStore>();
        builder.UseOrleans(silo => Configure(silo, options));
        services.AddHostedService<Drain>(); // after Orleans, so that it ends before
        services.AddHostedService<SecretLoader>();
        services.AddSingleton<ClusterHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterHealth>());
        services.AddHostedService<LoadReporter>();
        services.AddHostedService<Rebalancer>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Traces))
            .WithTracing(traces => traces.AddSource($"{Traces}.Runtime", $"{Traces}.Application"));
    }

    private static void Configure(ISiloBuilder silo, ClusterOptions options)
    {
        silo.AddPlacementDirector<LoadPlacement, LoadPlacementDirector>();
        silo.AddActivityPropagation();
        Connect(silo, options);
    }

    /// <summary>Says where the others are, and how they are spoken to.</summary>
    internal static void Connect(ISiloBuilder silo, ClusterOptions options)
    {
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = options.Probe;
            membership.NumMissedProbesLimit = 2;
            membership.IAmAliveTablePublishTimeout = 2 * options.Probe; // three times silent, one that joins need not reach it
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = CallTimeout);
        AddStore(silo, options);
        if (options.Certificate is not null)
        {
            ClusterTls.Add(silo, options);
        }
    }

    private static void AddStore(ISiloBuilder silo, ClusterOptions options)
    {
        if (options.Store == ClusterStore.Localhost)
        {
            var first = new IPEndPoint(options.Address, options.FirstPort);
            silo.UseLocalhostClustering(options.Port, gatewayPort: 0, first, options.Name, options.Name);
            silo.AddMemoryGrainStorage(Storage);
            return;
        }

        silo.Configure<Orleans.Configuration.ClusterOptions>(
            cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Name, options.Name));
        silo.ConfigureEndpoints(options.Address, options.Port, gatewayPort: 0, listenOnAnyHostAddress: false);
        if (options.Store == ClusterStore.Postgres)
        {
            AddPostgres(silo, options);
            return;
        }

        silo.UseRedisClustering(redis => redis.ConfigurationOptions = Redis(options));
        silo.AddRedisGrainStorage(Storage, redis => redis.ConfigurationOptions = Redis(options));
    }

    private static void AddPostgres(ISiloBuilder silo, ClusterOptions options)
    {
        var source = NpgsqlDataSource.Create(options.Connection); // lives as long as the program
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new PostgresSchema(source));
        silo.UseAdoNetClustering(postgres => (postgres.Invariant, postgres.DataSource) = (Npgsql, source));
        silo.AddAdoNetGrainStorage(
            Storage,
            postgres => postgres.Configure<Serializer>((storage, serializer) =>
            {
                (storage.Invariant, storage.DataSource) = (Npgsql, source);
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer); // bytes as they are, not in JSON
            }));
    }

    private static ConfigurationOptions Redis(ClusterOptions options)
    {
        var redis = ConfigurationOptions.Parse(options.Connection);
        redis.AbortOnConnectFail = false; // it is tried again
        return redis;
    }
}
