using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>Reads an uploaded picture: plain bytes, a form with one file, or JSON with an address.</summary>
internal static class Upload
{
    /// <exception cref="ApiException">The body is none of these, or too large.</exception>
    public static async Task<byte[]> ReadAsync(
        HttpRequest request,
        PictureSource source,
        ServerOptions options,
        CancellationToken cancellation
    )
    {
        if (request.HasJsonContentType())
        {
            ImageReference reference = await ApiJson.ReadAsync<ImageReference>(request, cancellation);
            return await source.ReadAsync(reference.Url, cancellation);
        }

        long most = options.Serving.Image.MaxFileBytes;
        _ = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type);
        string media = type?.MediaType.ToString() ?? "";
        if (media.StartsWith("image/", StringComparison.OrdinalIgnoreCase) || media == "application/octet-stream")
        {
            return await ReadAllAsync(request.Body, request.ContentLength, most, cancellation);
        }

        if (media == "multipart/form-data")
        {
            return await ReadFormAsync(request, type!, most, cancellation);
        }

        throw new ApiException(
            StatusCodes.Status415UnsupportedMediaType,
            "unsupported_media_type",
            "Send the picture as image/png (or jpeg, webp, bmp, gif), as multipart/form-data with one file, or as JSON with a "
                + "'url'."
        );
    }

    private static async Task<byte[]> ReadFormAsync(
        HttpRequest request,
        MediaTypeHeaderValue type,
        long most,
        CancellationToken cancellation
    )
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 70)
        {
            throw ApiException.BadRequest("The form has no valid boundary.");
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
                {
                    return await ReadAllAsync(section.Body, null, most, cancellation);
                }
            }
        }
        catch (Exception error)
            when (error is InvalidDataException or IOException
                && !cancellation.IsCancellationRequested
                && error is not BadHttpRequestException
            )
        {
            throw ApiException.BadRequest("The form is damaged or cut off.");
        }

        throw ApiException.BadRequest("The form holds no file.");
    }

    private static async Task<byte[]> ReadAllAsync(Stream body, long? length, long most, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream((int)Math.Min(length ?? 0, most));
        byte[] buffer = new byte[81920];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > most)
            {
                throw new ApiException(
                    StatusCodes.Status413PayloadTooLarge,
                    "too_large",
                    $"The image is larger than {most >> 20} MB."
                );
            }
        }

        return bytes.ToArray();
    }
}
