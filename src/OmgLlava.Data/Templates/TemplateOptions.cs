namespace OmgLlava.Data.Templates;

/// <summary>How questions and answers are put into words.</summary>
public sealed record TemplateOptions
{
    /// <summary>How an answer with a mask is written; the published model is trained with phrases.</summary>
    public AnswerFormat Format { get; init; } = AnswerFormat.Phrase;

    /// <summary>Chooses the wordings: the same seed gives the same words for the same record, whatever the order of
    /// reading.</summary>
    public int Seed { get; init; }

    /// <summary>Most expressions or regions of a picture that one conversation asks about, as published.</summary>
    public int MaxTurns { get; init; } = 3;

    /// <summary>Whether a conversation about regions ends with the wish for the mask of one of them, as published.</summary>
    public bool SegmentRegion { get; init; } = true;
}
