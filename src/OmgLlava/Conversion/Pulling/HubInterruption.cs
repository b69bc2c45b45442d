namespace OmgLlava.Conversion.Pulling;

/// <summary>What may pass when one tries again: a cut, silence, a busy or broken hub.</summary>
internal sealed class HubInterruption(string message, TimeSpan? wait = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the hub asks to wait; null where it does not say.</summary>
    public TimeSpan? Wait { get; } = wait;
}
