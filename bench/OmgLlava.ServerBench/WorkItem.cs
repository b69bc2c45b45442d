namespace OmgLlava.ServerBench;

/// <summary>A request and the answer that it gets alone.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="Body">JSON, or a picture.</param>
/// <param name="Type">The body's type.</param>
/// <param name="Expected">What of the answer must be the same.</param>
internal sealed record WorkItem(RequestKind Kind, string Path, byte[] Body, string Type, string Expected);
