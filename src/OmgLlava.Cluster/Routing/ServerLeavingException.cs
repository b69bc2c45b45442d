namespace OmgLlava.Cluster.Routing;

/// <summary>A server takes no more requests of others, for it ends; they go to another one.</summary>
[GenerateSerializer, Alias("omg.ServerLeavingException")]
public sealed class ServerLeavingException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public ServerLeavingException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its message and the error behind it.</summary>
    public ServerLeavingException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with the usual message.</summary>
    public ServerLeavingException() : base("The server ends.")
    {
    }
}
