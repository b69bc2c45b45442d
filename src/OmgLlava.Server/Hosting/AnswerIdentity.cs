using System.Globalization;
using System.Security.Cryptography;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// What answers are called, when they began, and what their draws begin with. Kept among a request's features where the answer
/// may have to be made again, so that it is then the same.
/// </summary>
/// <param name="Name">48 hexadecimal digits that nobody can guess.</param>
/// <param name="CreatedAt">Seconds since 1970.</param>
internal sealed record AnswerIdentity(string Name, long CreatedAt)
{
    /// <summary>Digits of a name.</summary>
    public const int Digits = 48;

    private const int SeedDigits = 7; // never negative

    /// <summary>Seed of the draws where the request says none.</summary>
    public int Seed => int.Parse(Name.AsSpan(0, SeedDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>A new one.</summary>
    public static AnswerIdentity New(TimeProvider time) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2)), time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>The one that a request came with, or a new one.</summary>
    public static AnswerIdentity Of(HttpContext context, TimeProvider time) =>
        context.Features.Get<AnswerIdentity>() ?? New(time);
}
