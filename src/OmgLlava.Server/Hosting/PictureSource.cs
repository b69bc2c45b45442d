namespace OmgLlava.Server.Hosting;

/// <summary>Gets the bytes of a picture from its address.</summary>
internal sealed class PictureSource(ServerOptions options, RemotePictures remote)
{
    /// <summary>Reads a <c>data:</c> URI, or fetches a picture of a host that is allowed.</summary>
    /// <exception cref="ApiException">The address is of another kind, refused, or damaged.</exception>
    public async Task<byte[]> ReadAsync(string url, CancellationToken cancellation) =>
        url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? ReadData(url) : await remote.FetchAsync(url, cancellation);

    private byte[] ReadData(string url)
    {
        int comma = url.IndexOf(',', StringComparison.Ordinal);
        string head = comma < 0 ? "" : url[5..comma];
        bool picture =
            head.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            || head.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase);
        if (!head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase) || !picture)
        {
            throw ApiException.BadRequest("A data URI must be an image in base64: 'data:image/png;base64,...'.");
        }

        long most = options.Serving.Image.MaxFileBytes;
        int length = url.Length - comma - 1;
        if (length / 4L * 3 > most)
        {
            throw new ApiException(
                StatusCodes.Status413PayloadTooLarge,
                "too_large",
                $"The image is larger than {most >> 20} MB."
            );
        }

        string body = url[(comma + 1)..].Trim();
        string padding = (body.Length % 4) switch
        {
            2 => "==",
            3 => "=",
            _ => "",
        }; // some leave it out
        byte[] bytes = new byte[(length / 4 * 3) + 3];
        return Convert.TryFromBase64String(body + padding, bytes, out int count)
            ? bytes[..count]
            : throw ApiException.BadRequest("The base64 of the data URI is damaged.");
    }
}
