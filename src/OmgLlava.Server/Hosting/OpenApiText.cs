using Microsoft.AspNetCore.OpenApi;

namespace OmgLlava.Server.Hosting;

/// <summary>What the OpenAPI document says of the API as a whole.</summary>
internal static class OpenApiText
{
    public static void Configure(OpenApiOptions options) =>
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info.Title = "OmgLlava";
                document.Info.Version = "v1";
                document.Info.Description =
                    "Ask about a picture, point at things, get words and pixel-exact masks. Coordinates are pixels of your "
                    + "own picture, x before y, from the top left.";
                document.Servers = null; // the page knows where it came from
                return Task.CompletedTask;
            }
        );
}
