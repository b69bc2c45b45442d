using System.Globalization;

namespace OmgLlava.Conversion.Pulling;

/// <summary>Where the hub and its cache are, and who asks; from the environment variables that Python's <c>huggingface_hub</c>
/// reads.</summary>
internal sealed record HubSettings
{
    /// <summary>The hub, without a slash at the end (<c>HF_ENDPOINT</c>).</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The cache (<c>HF_HUB_CACHE</c>, <c>HF_HOME</c>).</summary>
    public required string Cache { get; init; }

    /// <summary>The user's token (<c>HF_TOKEN</c>, or the file that <c>hf auth login</c> writes); null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Whether the network is not to be used (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>How long the hub may be silent before a request is given up (<c>HF_HUB_DOWNLOAD_TIMEOUT</c>).</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause before trying again; each further one is twice as long, up to a minute.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often in a row nothing may come before a download is given up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The settings of this process.</summary>
    /// <exception cref="OmgLlavaException">A variable's value cannot be used.</exception>
    public static HubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The settings that variables say.</summary>
    /// <param name="variable">Gives a variable's value.</param>
    public static HubSettings From(Func<string, string?> variable)
    {
        string user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string home = Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface");
        string endpoint = (Value("HF_ENDPOINT") ?? "https://huggingface.co").TrimEnd('/');
        if (
            !Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address)
            || address.Scheme is not ("http" or "https")
            || address.Query.Length > 0
        )
        {
            throw new OmgLlavaException($"HF_ENDPOINT must be the http or https address of a hub, not '{endpoint}'.");
        }

        var settings = new HubSettings
        {
            Endpoint = address,
            Cache = Path.GetFullPath(
                Expand(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Expand(home), "hub"))
            ),
            Token =
                Value("HF_TOKEN")
                ?? Value("HUGGING_FACE_HUB_TOKEN")
                ?? (
                    IsOn("HF_HUB_DISABLE_IMPLICIT_TOKEN")
                        ? null
                        : ReadToken(Expand(Value("HF_TOKEN_PATH") ?? Path.Combine(home, "token")))
                ),
            Offline = IsOn("HF_HUB_OFFLINE") || IsOn("TRANSFORMERS_OFFLINE"),
        };
        if (settings.Token?.Any(letter => letter is <= ' ' or > '~') == true)
        {
            throw new OmgLlavaException("HF_TOKEN holds letters that no token has; copy it again.");
        }

        return Value("HF_HUB_DOWNLOAD_TIMEOUT") is not { } timeout ? settings
            : double.TryParse(timeout, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 86400
                ? settings with
                {
                    Silence = TimeSpan.FromSeconds(seconds),
                }
            : throw new OmgLlavaException($"HF_HUB_DOWNLOAD_TIMEOUT must be a number of seconds, not '{timeout}'.");

        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

        bool IsOn(string name) => Value(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

        string Expand(string path) => path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? user + path[1..] : path;
    }

    private static string? ReadToken(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // as without one: what needs it will say so
        }
    }
}
