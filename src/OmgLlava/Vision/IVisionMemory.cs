namespace OmgLlava.Vision;

/// <summary>What an executor keeps of a picture to decode masks from; only the executor that made it can read it.</summary>
internal interface IVisionMemory : IDisposable
{
    /// <summary>Bytes of memory.</summary>
    long ByteCount { get; }
}
