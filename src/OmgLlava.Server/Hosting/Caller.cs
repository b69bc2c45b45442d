namespace OmgLlava.Server.Hosting;

/// <summary>Who asks; kept among a request's features.</summary>
/// <param name="Owner">Stands for the key; empty on a server without keys. Pictures, conversations and shares belong to
/// it.</param>
internal sealed record Caller(string Owner)
{
    /// <summary>Who asks in a request.</summary>
    public static string Of(HttpContext context) => context.Features.Get<Caller>()?.Owner ?? "";
}
