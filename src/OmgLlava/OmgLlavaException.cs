namespace OmgLlava;

/// <summary>
/// Something the caller gave (a path, an image, a prompt, a checkpoint, an option) cannot be used.
/// The message is one sentence that names the thing and the remedy; programs show it without a stack trace.
/// </summary>
public sealed class OmgLlavaException : Exception
{
    /// <summary>Creates the exception with its one-sentence message.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    public OmgLlavaException(string message)
        : base(message) { }

    /// <summary>Creates the exception with its one-sentence message and the error behind it.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="innerException">The underlying error, shown only when the user asks for details.</param>
    public OmgLlavaException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>A word for programs where there is one, such as <c>context_length_exceeded</c>; otherwise null.</summary>
    public string? Code { get; init; }

    /// <summary>Creates the exception without a message of its own.</summary>
    public OmgLlavaException() { }
}
