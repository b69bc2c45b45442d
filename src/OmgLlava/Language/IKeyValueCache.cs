namespace OmgLlava.Language;

/// <summary>The keys and values of the positions that a model has seen.</summary>
internal interface IKeyValueCache : IDisposable
{
    /// <summary>Positions held, padding included.</summary>
    int Length { get; }

    /// <summary>Forgets all positions from <paramref name="length"/> on.</summary>
    void Truncate(int length);
}
