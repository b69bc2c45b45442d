namespace OmgLlava.Server.Contracts;

/// <summary>A picture given by its address.</summary>
/// <param name="Url">A <c>data:</c> URI, or an <c>https</c> address of a host that is allowed by name.</param>
public sealed record ImageReference(string Url);
