using System.Text.Json;

namespace OmgLlava.Cluster.Routing;

/// <summary>Whether a request asks for its answer to be made again when the server is lost that streams it.</summary>
internal static class RetryWish
{
    private static ReadOnlySpan<byte> Name => "retry"u8;

    /// <summary>Reads <c>retry</c> of a JSON object; what is wrong with the rest is for who answers to say.</summary>
    /// <param name="body">The request's body.</param>
    public static bool IsIn(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf(Name) < 0)
        {
            return false; // most do not, and may hold a whole picture
        }

        try
        {
            var json = new Utf8JsonReader(body);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool here = json.ValueTextEquals(Name);
                json.Read();
                if (here)
                {
                    return json.TokenType == JsonTokenType.True;
                }

                json.Skip();
            }
        }
        catch (JsonException)
        {
            // It will be refused.
        }

        return false;
    }
}
