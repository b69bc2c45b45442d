namespace OmgLlava.Data.Dialogues;

/// <summary>A question that is answered with yes or no.</summary>
/// <param name="Id">Names it in messages and results.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Text">The question.</param>
/// <param name="Answer">Whether yes is right.</param>
public sealed record YesNoQuestion(string Id, string ImagePath, string Text, bool Answer);
