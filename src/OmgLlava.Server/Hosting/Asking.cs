using OmgLlava.Language;
using OmgLlava.Serving;

namespace OmgLlava.Server.Hosting;

/// <summary>Makes conversations in OpenAI's shape ready to be answered.</summary>
internal sealed class Asking(OmgLlavaService service, PictureSource source, ServerOptions options)
{
    private const string HeldPrefix = "omg-image:";

    /// <summary>Reads a conversation, and takes its picture in where it has one.</summary>
    /// <exception cref="ApiException">It cannot be read, or its picture cannot be had.</exception>
    public async Task<Asked> OpenAsync(
        Conversation conversation,
        GenerationOptions generation,
        string owner,
        CancellationToken stop
    )
    {
        Picture? picture = conversation.PictureUrl is { } url ? await TakeAsync(url, owner, stop) : null;
        try
        {
            return new Asked(
                service,
                owner,
                picture,
                conversation.Read(service.Model, picture?.Perceived.Geometry, generation, options)
            );
        }
        catch
        {
            picture?.Dispose();
            throw;
        }
    }

    /// <summary>The address of a picture that the server holds.</summary>
    public static string AddressOf(Picture picture) => $"{HeldPrefix}{picture.Id}";

    private async Task<Picture> TakeAsync(string url, string owner, CancellationToken stop) =>
        url.StartsWith(HeldPrefix, StringComparison.Ordinal)
            ? await service.OpenAsync(url[HeldPrefix.Length..], owner, stop)
            : await service.AddAsync(await source.ReadAsync(url, stop), owner, stop);
}
