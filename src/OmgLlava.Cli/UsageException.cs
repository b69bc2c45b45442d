namespace OmgLlava.Cli;

/// <summary>Options that do not go together; the program ends with the exit code of a usage error.</summary>
internal sealed class UsageException(string message) : Exception(message);
