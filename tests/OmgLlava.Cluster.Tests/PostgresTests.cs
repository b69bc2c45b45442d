using System.Data;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using OmgLlava.Cluster.Postgres;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;

namespace OmgLlava.Cluster.Tests;

/// <summary>A cluster that keeps its list and its state in PostgreSQL.</summary>
[Collection("processes")]
public sealed class PostgresTests
{
    private const string Question = "What color is the umbrella?";

    [Fact]
    public async Task Servers_answer_for_each_other_and_nothing_stored_is_lost()
    {
        PostgresServer postgres = await PostgresServer.StartAsync();
        using ServerProcesses cluster =
            await ServerProcesses.StartAsync(postgres, postgres.Store, 2, ServerProcesses.Patiently);
        string picture = await ServerProcesses.UploadAsync(cluster[0], 6);
        string answer = await ServerProcesses.AskAsync(cluster[0], picture, Question);
        Assert.Equal(answer, await ServerProcesses.AskAsync(cluster[1], picture, Question));
        (string first, string _) = await ServerProcesses.RespondAsync(cluster[0], picture, null, Question);
        int holder = await cluster.HolderOfAsync(picture, 0);
        Assert.Equal(holder, await cluster.HolderOfAsync(picture, 1));

        cluster.Servers[holder].Kill();
        HttpClient left = cluster[1 - holder];
        (string second, string _) = await ServerProcesses.RespondAsync(left, picture, first, "How many birds are there?");
        Assert.Equal(answer, await ServerProcesses.AskAsync(left, picture, Question));

        cluster.Servers[1 - holder].Kill(); // all of them; what is left is what PostgreSQL has
        ServerProcess anew = await cluster.AddAsync();
        Assert.Equal(answer, await ServerProcesses.AskAsync(anew.Client, picture, Question));
        await ServerProcesses.RespondAsync(anew.Client, picture, second, Question);
        using HttpResponseMessage deleted = await anew.Client.DeleteAsync($"/v1/images/{picture}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using HttpResponseMessage gone = await anew.Client.GetAsync($"/v1/images/{picture}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(picture, await ServerProcesses.UploadAsync(anew.Client, 6)); // also again after it was cleared
        Assert.Equal(answer, await ServerProcesses.AskAsync(anew.Client, picture, Question));
    }

    [Fact]
    public async Task The_tables_are_made_once_and_then_need_no_right_to_make_any()
    {
        using PostgresServer postgres = await PostgresServer.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MakeAsync(postgres.Store)));
        Assert.Equal(13L, await postgres.RunAsync("SELECT count(*) FROM omg_llava.OrleansQuery"));

        await postgres.RunAsync("CREATE USER guest");
        OmgLlavaException error = await Assert.ThrowsAsync<OmgLlavaException>(() => MakeAsync(postgres.StoreOf("guest")));
        Assert.Contains("PostgreSQL cannot be used", error.Message, StringComparison.Ordinal);
        await postgres.RunAsync(
            "GRANT USAGE ON SCHEMA omg_llava TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA omg_llava TO guest");
        await MakeAsync(postgres.StoreOf("guest"));
    }

    /// <summary>What Orleans relies on: of two that change the list at the same time, one is refused.</summary>
    [Fact]
    public async Task The_list_of_servers_changes_only_for_those_who_have_seen_it()
    {
        using PostgresServer postgres = await PostgresServer.StartAsync();
        await using NpgsqlDataSource source = await MakeAsync(postgres.Store);
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        var table = new AdoNetClusteringTable(
            services, Options.Create(new Orleans.Configuration.ClusterOptions { ClusterId = "a", ServiceId = "a" }),
            Options.Create(new AdoNetClusteringSiloOptions { Invariant = "Npgsql", DataSource = source }),
            NullLogger<AdoNetClusteringTable>.Instance);
        await table.InitializeMembershipTableAsync(true, default);
        MembershipTableData empty = await table.ReadAllAsync(default);
        Assert.Empty(empty.Members);

        MembershipEntry[] servers = [.. Enumerable.Range(1, 8).Select(Server)];
        bool[] joined = await Task.WhenAll(servers.Select(server => table.InsertRowAsync(server, empty.Version.Next(), default)));
        MembershipEntry one = servers[Array.IndexOf(joined, true)];
        Assert.Single(joined, joined => joined);

        MembershipTableData first = await table.ReadAllAsync(default);
        Assert.Equal(empty.Version.Version + 1, first.Version.Version);
        Assert.False(await table.InsertRowAsync(one, first.Version.Next(), default)); // it is there
        one.Status = SiloStatus.Dead;
        one.AddSuspector(servers[^1].SiloAddress, DateTime.UtcNow);
        string tag = first.Members.Single().Item2;
        Assert.False(await table.UpdateRowAsync(one, tag, empty.Version.Next(), default));
        Assert.True(await table.UpdateRowAsync(one, tag, first.Version.Next(), default));
        (MembershipEntry read, _) = (await table.ReadRowAsync(one.SiloAddress, default)).Members.Single();
        Assert.Equal(SiloStatus.Dead, read.Status);
        Assert.Equal(servers[^1].SiloAddress, read.SuspectTimes!.Single().Item1);

        one.IAmAliveTime = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        await table.UpdateIAmAliveAsync(one, default);
        Assert.Equal(one.IAmAliveTime, (await table.ReadAllAsync(default)).Members.Single().Item1.IAmAliveTime);
        await table.CleanupDefunctSiloEntriesAsync(one.IAmAliveTime, default);
        Assert.Single((await table.ReadAllAsync(default)).Members);
        await table.CleanupDefunctSiloEntriesAsync(one.IAmAliveTime.AddSeconds(1), default);
        Assert.Empty((await table.ReadAllAsync(default)).Members);
    }

    [Fact]
    public async Task What_is_stored_changes_only_for_those_who_have_seen_it()
    {
        using PostgresServer postgres = await PostgresServer.StartAsync();
        await using NpgsqlDataSource source = await MakeAsync(postgres.Store);
        Assert.Equal(1, await WriteAsync(null));
        Assert.Equal(DBNull.Value, await WriteAsync(null)); // somebody else was there first
        Assert.Equal(2, await WriteAsync(1));
        Assert.Equal(DBNull.Value, await WriteAsync(1));
        object?[] written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WriteAsync(2)));
        Assert.Single(written, 3);

        async Task<object?> WriteAsync(int? version)
        {
            await using NpgsqlCommand query =
                source.CreateCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'WriteToStorageKey'");
            await using NpgsqlCommand write = source.CreateCommand((string)(await query.ExecuteScalarAsync())!);
            foreach ((string name, object value) in (ReadOnlySpan<(string, object)>)[
                ("ServiceId", "a"), ("GrainTypeString", "picture"), ("GrainIdN0", 0L), ("GrainIdN1", 0L),
                ("GrainIdExtensionString", "img-1"), ("PayloadBinary", new byte[] { 1, 2, 3 }),
            ])
            {
                write.Parameters.AddWithValue(name, value);
            }

            write.Parameters.Add(
                new NpgsqlParameter("GrainStateVersion", DbType.Int32) { Value = (object?)version ?? DBNull.Value });
            return await write.ExecuteScalarAsync();
        }
    }

    [Theory]
    [InlineData("postgres://db", "Host=db;Search Path=omg_llava")]
    [InlineData(
        "postgresql://me:p%40ss%3Aword@10.0.0.2:6543/vision?sslmode=verify-full&connect_timeout=3",
        "Host=10.0.0.2;Username=me;Password=p@ss:word;Database=vision;Port=6543;SSL Mode=VerifyFull;Timeout=3;"
        + "Search Path=omg_llava")]
    [InlineData("postgres://me@[::1]/vision", "Host=::1;Username=me;Database=vision;Search Path=omg_llava")]
    [InlineData("Host=a,b;Database=vision;Search Path=other", "Host=a,b;Database=vision;Search Path=other")]
    public void Both_ways_to_write_a_connection_are_read(string text, string expected) =>
        Assert.Equal(new NpgsqlConnectionStringBuilder(expected).ConnectionString, ClusterOptions.Parse(text).Connection);

    [Theory]
    [InlineData("postgres://")]
    [InlineData("postgres://me:secret@")]
    [InlineData("postgres://me:secret@db/vision?color=red")]
    [InlineData("postgres://me:secret@db/vision?sslmode=sometimes")]
    [InlineData("postgres://me:secret@db:99999/vision")]
    [InlineData("Host=db;Password=secret;Color=red")]
    [InlineData("Host=db;Password=secret;Port=many")]
    public void What_cannot_be_read_is_said_without_the_password(string text)
    {
        string message = Assert.Throws<OmgLlavaException>(() => ClusterOptions.Parse(text)).Message;
        Assert.Contains("PostgreSQL cannot be read", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    private static async Task<NpgsqlDataSource> MakeAsync(string store)
    {
        var source = NpgsqlDataSource.Create(ClusterOptions.Parse(store).Connection);
        await new PostgresSchema(source).MakeAsync(CancellationToken.None);
        return source;
    }

    private static MembershipEntry Server(int number) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), number),
        SiloName = $"server {number}",
        HostName = "here",
        Status = SiloStatus.Active,
        StartTime = DateTime.UtcNow,
        IAmAliveTime = DateTime.UtcNow,
    };
}
