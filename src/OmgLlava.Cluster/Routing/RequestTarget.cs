using OmgLlava.Server;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Endpoints;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>Finds out which picture a request is about.</summary>
internal sealed class RequestTarget(PictureSource source, IResponseStore responses, ServerOptions options, PictureNames names)
{
    private const string Held = "omg-image:";
    private static readonly PathString Images = "/v1/images";

    /// <summary>Finds the picture.</summary>
    /// <param name="request">The request, its body in memory at its beginning.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="stop">Stops fetching.</param>
    /// <returns>
    /// The picture's name, null where the request is about none, and the file that the request uploads, null where it uploads
    /// none.
    /// </returns>
    /// <exception cref="ApiException">The request cannot be read.</exception>
    public async Task<(string? Picture, byte[]? Upload)> FindAsync(HttpRequest request, string owner, CancellationToken stop)
    {
        if (request.Path.StartsWithSegments(Images, out PathString rest))
        {
            if (rest.HasValue && rest.Value!.Length > 1)
            {
                return (Known(rest.Value.Split('/')[1]), null);
            }

            if (HttpMethods.IsPost(request.Method))
            {
                byte[] file = await Upload.ReadAsync(request, source, options, stop);
                return (names.Of(file, owner), file);
            }
        }

        string? url = HttpMethods.IsPost(request.Method) ? await PictureOfAsync(request, owner, stop) : null;
        return url is null ? (null, null)
            : url.StartsWith(Held, StringComparison.Ordinal) ? (Known(url[Held.Length..]), null)
            : (names.Of(await source.ReadAsync(url, stop), owner), null);
    }

    private async Task<string?> PictureOfAsync(HttpRequest request, string owner, CancellationToken stop)
    {
        switch (request.Path.Value?.TrimEnd('/'))
        {
            case "/v1/chat/completions":
                return Conversation.Of((await ApiJson.ReadAsync<CompletionRequest>(request, stop)).Messages).PictureUrl;
            case "/v1/responses":
                ResponsesRequest asked = await ApiJson.ReadAsync<ResponsesRequest>(request, stop);
                IReadOnlyList<ChatMessage> before = await ResponsesEndpoints.BeforeAsync(asked, responses, owner);
                return Conversation.Of([.. before, .. ApiJson.Full(asked.Input, "input")]).PictureUrl;
            default:
                return null;
        }
    }

    /// <summary>A name as pictures have it; null for what can be none, of which every server says the same.</summary>
    private static string? Known(string name) => PictureNames.IsName(name) ? name : null;
}
