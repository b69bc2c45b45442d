using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace OmgLlava.Server.Hosting;

/// <summary>A file that travels inside the assembly.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">Its type by its name.</param>
/// <param name="Tag">Changes with its content.</param>
internal sealed record EmbeddedFile(byte[] Content, string ContentType, EntityTagHeaderValue Tag)
{
    private static readonly FileExtensionContentTypeProvider Types = new();
    private static readonly ConcurrentDictionary<string, EmbeddedFile> Files = [];

    /// <summary>The file of a name; null when there is none.</summary>
    public static EmbeddedFile? Find(string name)
    {
        if (Files.TryGetValue(name, out EmbeddedFile? known))
        {
            return known;
        }

        using Stream? stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Files[name] = Of(name, content);
    }

    /// <summary>A file from elsewhere.</summary>
    public static EmbeddedFile Of(string name, byte[] content) =>
        new(content, TypeOf(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..8])}\""));

    private static string TypeOf(string name)
    {
        string type = Types.TryGetContentType(name, out string? known) ? known : "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
    }
}
