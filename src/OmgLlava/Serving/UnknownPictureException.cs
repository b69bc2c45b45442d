namespace OmgLlava.Serving;

/// <summary>No picture of an id is held: it was never given, was forgotten, or was dropped to make room.</summary>
public sealed class UnknownPictureException : Exception
{
    /// <summary>Creates the exception with its one-sentence message.</summary>
    public UnknownPictureException(string message)
        : base(message) { }

    /// <summary>Creates the exception with its message and the error behind it.</summary>
    public UnknownPictureException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>Creates the exception without a message of its own.</summary>
    public UnknownPictureException() { }
}
