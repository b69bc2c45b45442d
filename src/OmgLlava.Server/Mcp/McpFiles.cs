namespace OmgLlava.Server.Mcp;

/// <summary>Whether MCP clients may name files of this machine.</summary>
/// <param name="Allowed">True for a program that its own user started, false for a server.</param>
internal sealed record McpFiles(bool Allowed);
