namespace OmgLlava.Cluster.Routing;

/// <summary>An answer that was made again is another one than its client has been sent.</summary>
internal sealed class AnswerDiffersException : Exception;
