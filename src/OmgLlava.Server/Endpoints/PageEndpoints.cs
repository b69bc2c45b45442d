using OmgLlava.Server.Hosting;

namespace OmgLlava.Server.Endpoints;

/// <summary>The studio: static files from the assembly, or from a folder for those who work on them.</summary>
internal static class PageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (ServerOptions options) => Serve("index.html", options)).ExcludeFromDescription();
        routes.MapGet("/docs", (ServerOptions options) => Serve("docs.html", options)).ExcludeFromDescription();
        routes.MapGet("/{**path}", (string path, ServerOptions options) => Serve(path, options)).ExcludeFromDescription();
    }

    private static IResult Serve(string path, ServerOptions options)
    {
        EmbeddedFile? file = options.PageFolder is { } folder ? FromFolder(folder, path) : EmbeddedFile.Find($"wwwroot/{path}");
        return file is null ? Results.NotFound() : Results.Bytes(file.Content, file.ContentType, entityTag: file.Tag);
    }

    private static EmbeddedFile? FromFolder(string folder, string path)
    {
        string root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        string full = Path.GetFullPath(Path.Combine(root, path));
        return full.StartsWith(root, StringComparison.Ordinal) && File.Exists(full) ? EmbeddedFile.Of(full, File.ReadAllBytes(full)) : null;
    }
}
