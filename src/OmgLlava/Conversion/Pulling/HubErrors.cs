using System.Globalization;
using System.Net;

namespace OmgLlava.Conversion.Pulling;

/// <summary>What an answer of the hub means for the user.</summary>
internal static class HubErrors
{
    /// <summary>Checks that an answer is one that was hoped for.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="settings">Which hub, and whether a token was sent.</param>
    /// <param name="repository">What was asked for.</param>
    /// <param name="path">The file; null for the whole repository.</param>
    /// <exception cref="HubInterruption">Trying again may help.</exception>
    /// <exception cref="OmgLlavaException">It will not; the message says what to do.</exception>
    public static void Check(HttpResponseMessage answer, HubSettings settings, string repository, string? path)
    {
        if (answer.IsSuccessStatusCode || (int)answer.StatusCode is >= 300 and < 400)
        {
            return;
        }

        int status = (int)answer.StatusCode;
        string page = $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{repository}";
        string what = path is null ? $"'{repository}'" : $"'{path}' of '{repository}'";
        string code = answer.Headers.TryGetValues("X-Error-Code", out IEnumerable<string>? codes) ? codes.First() : "";
        throw status switch
        {
            408 or 429 or >= 500 => new HubInterruption(
                status == 429
                    ? $"{Host(answer, settings)} says that it was asked too often"
                    : $"{Host(answer, settings)} failed ({status} {answer.ReasonPhrase})",
                Wait(answer)
            ),
            _ when code == "GatedRepo" || (status == 403 && IsOfHub(answer, settings)) => new OmgLlavaException(
                settings.Token is null
                    ? $"{what} is only for users who accepted its terms: sign in at {page}, accept them, and set HF_TOKEN (or "
                        + $"run 'hf auth login')."
                    : $"The token may not read {what}: accept the terms at {page} with the same account, and allow the token "
                        + $"to read gated repositories."
            ),
            401 => new OmgLlavaException(
                settings.Token is null
                    ? $"{what} does not exist at {settings.Endpoint}, or needs a user: set HF_TOKEN (or run 'hf auth login')."
                    : $"The hub at {settings.Endpoint} does not accept the token for {what}: make a new one and set HF_TOKEN."
            ),
            404 when code == "RevisionNotFound" => new OmgLlavaException($"{what} has no such revision at {settings.Endpoint}."),
            404 => new OmgLlavaException(
                $"{what} does not exist at {settings.Endpoint}; if it was moved, name the new place in a manifest of your "
                    + $"own, or give the files by --from."
            ),
            _ => new OmgLlavaException($"{Host(answer, settings)} refuses {what}: {status} {answer.ReasonPhrase}."),
        };
    }

    private static bool IsOfHub(HttpResponseMessage answer, HubSettings settings) =>
        Host(answer, settings) == settings.Endpoint.Host;

    private static string Host(HttpResponseMessage answer, HubSettings settings) =>
        answer.RequestMessage?.RequestUri?.Host ?? settings.Endpoint.Host;

    /// <summary>How long to wait: <c>Retry-After</c> in seconds or as a date, or the <c>t</c> of a <c>RateLimit</c>
    /// header.</summary>
    private static TimeSpan? Wait(HttpResponseMessage answer)
    {
        if (answer.Headers.RetryAfter is { } after)
        {
            TimeSpan wait = after.Delta ?? after.Date - DateTimeOffset.UtcNow ?? TimeSpan.Zero;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        string limit =
            answer.StatusCode == HttpStatusCode.TooManyRequests
            && answer.Headers.TryGetValues("RateLimit", out IEnumerable<string>? limits)
                ? limits.First()
                : "";
        return
            limit
                .Split(';', StringSplitOptions.TrimEntries)
                .FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal))
                is { } reset
            && int.TryParse(reset[2..], CultureInfo.InvariantCulture, out int seconds)
            && seconds >= 0
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
