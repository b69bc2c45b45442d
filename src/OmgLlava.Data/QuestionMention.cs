using OmgLlava.Imaging;

namespace OmgLlava.Data;

/// <summary>A noun of a question, and what it names in the picture.</summary>
/// <param name="Start">Index of its first character in the question.</param>
/// <param name="End">Index behind its last.</param>
/// <param name="Mask">All that it names, of the picture's size; empty where the picture shows no such thing.</param>
public sealed record QuestionMention(int Start, int End, Mask Mask);
