using System.Security.Cryptography;
using System.Text;
using OmgLlava.Serving;

namespace OmgLlava.Cluster.Routing;

/// <summary>
/// Names pictures by owner and content under a secret of the cluster: every server gives the same name, and nobody else can guess
/// it.
/// </summary>
internal sealed class PictureNames
{
    private const string Prefix = "img-";
    private const int Digits = 32;

    private byte[]? _secret;

    /// <summary>Whether a text has the form of a name.</summary>
    public static bool IsName(string text) =>
        text.Length == Prefix.Length + Digits && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text[Prefix.Length..].All(char.IsAsciiHexDigitLower);

    /// <summary>Takes the secret, once, before the first request.</summary>
    public void Use(byte[] secret) => _secret = secret;

    /// <summary>The name of a file.</summary>
    public string Of(byte[] file, string owner) => Prefix + OfContent(PictureCache.ContentOf(file, owner));

    /// <summary>The name of a content, without its prefix.</summary>
    public string OfContent(string content)
    {
        byte[] secret = _secret ?? throw new InvalidOperationException("The cluster has not said its secret yet.");
        return Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(content)))[..Digits];
    }
}
