namespace OmgLlava.Server.Hosting;

/// <summary>The studio and the reference: static files from the assembly, or from a folder for those who work on them. They need
/// no key.</summary>
internal sealed class Page(ServerOptions options)
{
    /// <summary>The middleware; it stands behind routing and answers where no endpoint does.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not null)
        {
            return next(context);
        }

        string path = context.Request.Path.Value ?? "";
        if (path.Length == 0 && context.Request.PathBase.HasValue)
        {
            context.Response.Redirect($"{context.Request.PathBase}/"); // the page's own addresses are relative
            return Task.CompletedTask;
        }

        EmbeddedFile? file = Find(
            path switch
            {
                "/" => "index.html",
                "/docs" => "docs.html",
                _ => path.TrimStart('/'),
            }
        );
        if (file is null)
        {
            return next(context);
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        return Results.Bytes(file.Content, file.ContentType, entityTag: file.Tag).ExecuteAsync(context);
    }

    private EmbeddedFile? Find(string path) =>
        options.PageFolder is { } folder ? FromFolder(folder, path) : EmbeddedFile.Find($"wwwroot/{path}");

    private static EmbeddedFile? FromFolder(string folder, string path)
    {
        string root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        string full = Path.GetFullPath(Path.Combine(root, path));
        return full.StartsWith(root, StringComparison.Ordinal) && File.Exists(full)
            ? EmbeddedFile.Of(full, File.ReadAllBytes(full))
            : null;
    }
}
