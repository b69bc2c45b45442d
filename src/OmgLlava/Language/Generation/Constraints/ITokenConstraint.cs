namespace OmgLlava.Language;

/// <summary>Says at every step of an answer which tokens may come next. One serves one answer.</summary>
internal interface ITokenConstraint
{
    /// <summary>Takes all chance from the tokens that must not come.</summary>
    void Mask(Span<float> scores);

    /// <summary>Goes on by the token that was chosen.</summary>
    void Accept(int token);
}
