using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Mcp;

/// <summary>Gets the pictures that MCP clients speak of.</summary>
/// <param name="service">Keeps them.</param>
/// <param name="source">Reads what is sent along, or allowed by name.</param>
/// <param name="access">Says whose request it is, over HTTP.</param>
/// <param name="files">Whether paths of this machine may be read: for a program that runs as its own user's.</param>
internal sealed class McpPictures(OmgLlavaService service, PictureSource source, IHttpContextAccessor access, McpFiles files)
{
    private const string HeldPrefix = "omg-image:";

    /// <summary>Takes a picture in.</summary>
    /// <param name="image">A data URI, <c>omg-image:ID</c>, an https address of a host that is allowed by name, or a path where
    /// these may be read.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <exception cref="OmgLlavaException">It is no picture.</exception>
    public async Task<Picture> TakeAsync(string image, CancellationToken stop)
    {
        string owner = access.HttpContext is { } context ? Caller.Of(context) : "";
        return image.StartsWith(HeldPrefix, StringComparison.Ordinal)
            ? await service.OpenAsync(image[HeldPrefix.Length..], owner, stop)
            : await service.AddAsync(await ReadAsync(image, stop), owner, stop);
    }

    /// <summary>The picture's file.</summary>
    public byte[] FileOf(Picture picture) =>
        service.FileOf(picture.Id, access.HttpContext is { } context ? Caller.Of(context) : "");

    private async Task<byte[]> ReadAsync(string image, CancellationToken stop)
    {
        bool address =
            image.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            || image.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        if (!files.Allowed || address)
        {
            return await source.ReadAsync(image, stop);
        }

        string path = Uri.TryCreate(image, UriKind.Absolute, out Uri? file) && file.IsFile ? file.LocalPath : image;
        try
        {
            var info = new FileInfo(path);
            return info.Length <= service.Options.Image.MaxFileBytes
                ? await File.ReadAllBytesAsync(path, stop)
                : throw new OmgLlavaException($"'{path}' is larger than {service.Options.Image.MaxFileBytes >> 20} MB.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OmgLlavaException($"'{path}' cannot be read: give the path of a picture.", error);
        }
    }
}
