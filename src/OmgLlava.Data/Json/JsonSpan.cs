namespace OmgLlava.Data.Json;

/// <summary>The bytes of one record in a file.</summary>
internal readonly record struct JsonSpan(long Offset, int Length);
