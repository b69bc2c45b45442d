namespace OmgLlava.Server.Contracts;

/// <summary>The models of the server: one.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The models.</param>
public sealed record ModelList(string Object, IReadOnlyList<ModelEntry> Data);
