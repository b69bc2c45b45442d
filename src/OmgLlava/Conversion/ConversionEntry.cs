namespace OmgLlava.Conversion;

/// <summary>One line of a conversion's account.</summary>
/// <param name="File">The file that holds the tensor, or that should have held it.</param>
/// <param name="Name">Its name there; for a missing one its name of ours.</param>
/// <param name="Note">Shapes, or why it is listed.</param>
internal sealed record ConversionEntry(string File, string Name, string Note);
