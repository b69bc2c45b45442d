namespace OmgLlava.Language;

/// <summary>Keeps an answer that begins as a known form does to that form; any other answer is free. Whether a thing is there is
/// the model's to say, and what it was asked for need not be spelt by it once more.</summary>
/// <param name="form">The tokens of the form, its end included.</param>
internal sealed class FormConstraint(IReadOnlyList<int> form) : ITokenConstraint
{
    private int _at;

    /// <inheritdoc/>
    public void Mask(Span<float> scores)
    {
        if (_at > 0 && _at < form.Count)
        {
            float score = scores[form[_at]];
            scores.Fill(float.NegativeInfinity);
            scores[form[_at]] = score;
        }
    }

    /// <inheritdoc/>
    public void Accept(int token) => _at = _at < form.Count && token == form[_at] ? _at + 1 : form.Count;
}
