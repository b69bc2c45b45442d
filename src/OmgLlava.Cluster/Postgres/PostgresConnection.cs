using Npgsql;

namespace OmgLlava.Cluster.Postgres;

/// <summary>Reads how PostgreSQL is reached, as its own programs take it or as .NET's do.</summary>
internal static class PostgresConnection
{
    private const string Schema = "omg_llava";
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // Names in addresses, as libpq has them, and Npgsql's.
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
    };

    /// <summary>Whether a text is meant as one.</summary>
    public static bool IsMeant(string text) => IsAddress(text) || text.StartsWith("Host=", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=...</c> or <c>Host=...;Database=...</c>.</summary>
    /// <returns>Npgsql's connection string, with a schema of the program's own where none is said.</returns>
    /// <exception cref="OmgLlavaException">It cannot be read. The message does not repeat it: it may hold a password.</exception>
    public static string Read(string text)
    {
        try
        {
            NpgsqlConnectionStringBuilder read = IsAddress(text) ? OfAddress(text) : new NpgsqlConnectionStringBuilder(text);
            read.SearchPath ??= Schema;
            return read.ConnectionString;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            throw new OmgLlavaException($"The connection to PostgreSQL cannot be read: {error.Message}", error);
        }
    }

    private static bool IsAddress(string text) =>
        Array.Exists(Schemes, scheme => text.StartsWith(scheme, StringComparison.Ordinal));

    private static NpgsqlConnectionStringBuilder OfAddress(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Host.Length == 0)
        {
            throw new FormatException("it must be postgres://USER:PASSWORD@HOST:PORT/DATABASE.");
        }

        string[] user = [.. address.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        string database = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/'));
        var read = new NpgsqlConnectionStringBuilder
        {
            Host = address.IdnHost.Trim('[', ']'),
            Username = user[0].Length > 0 ? user[0] : null,
            Password = user.Length > 1 ? user[1] : null,
            Database = database.Length > 0 ? database : null,
        };
        if (address.Port > 0)
        {
            read.Port = address.Port;
        }

        foreach (string pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = [.. pair.Split('=', 2).Select(Uri.UnescapeDataString)];
            if (!Names.TryGetValue(parts[0], out string? name) || parts.Length < 2)
            {
                throw new FormatException($"'{parts[0]}' is not known; there are {string.Join("=, ", Names.Keys)}=.");
            }

            // libpq writes 'verify-full' where Npgsql has 'VerifyFull'.
            read[name] = parts[0] == "sslmode" ? parts[1].Replace("-", "", StringComparison.Ordinal) : parts[1];
        }

        return read;
    }
}
