using System.Data.Common;
using Npgsql;

namespace OmgLlava.Cluster.Postgres;

/// <summary>Makes the tables of a cluster in PostgreSQL, before the first use; where they are, nothing is done.</summary>
internal sealed class PostgresSchema(NpgsqlDataSource source) : ILifecycleParticipant<ISiloLifecycle>
{
    private const string Resource = "schema.sql";
    private const long Lock = 0x6f6d676c6c617661; // one server at a time

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(PostgresSchema), ServiceLifecycleStage.First, MakeAsync);

    /// <summary>Makes them.</summary>
    /// <exception cref="OmgLlavaException">PostgreSQL does not answer, or refuses.</exception>
    public async Task MakeAsync(CancellationToken cancellation)
    {
        try
        {
            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellation);
            if (!await IsThereAsync(connection, cancellation))
            {
                await MakeAsync(connection, cancellation);
            }
        }
        catch (Exception error) when (error is DbException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new OmgLlavaException($"The cluster's PostgreSQL cannot be used: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Whether they are there: users who may not make any can have them made by somebody else.</summary>
    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var table = new NpgsqlCommand("SELECT to_regclass('OrleansQuery') IS NOT NULL", connection);
        if (await table.ExecuteScalarAsync(cancellation) is not true)
        {
            return false;
        }

        const string Ours = "SELECT EXISTS (SELECT 1 FROM OrleansQuery WHERE QueryKey = 'OmgLlavaSchema')";
        await using var queries = new NpgsqlCommand(Ours, connection);
        return await queries.ExecuteScalarAsync(cancellation) is true;
    }

    private async Task MakeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        using Stream file = typeof(PostgresSchema).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(file);
        string tables = await reader.ReadToEndAsync(cancellation);
        string path = new NpgsqlConnectionStringBuilder(source.ConnectionString).SearchPath!;
        string schema = path.Split(',')[0].Trim(' ', '"').Replace("\"", "\"\"", StringComparison.Ordinal);
        string[] steps = [$"SELECT pg_advisory_xact_lock({Lock})", $"CREATE SCHEMA IF NOT EXISTS \"{schema}\"", tables];
        await using NpgsqlTransaction whole = await connection.BeginTransactionAsync(cancellation);
        foreach (string sql in steps)
        {
            await using var command = new NpgsqlCommand(sql, connection, whole);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await whole.CommitAsync(cancellation);
    }
}
