using OmgLlava.Language;
using OmgLlava.Words;

namespace OmgLlava;

/// <summary>A question on its way to the model and back: the words that the model is asked, and what becomes of its
/// answer.</summary>
internal sealed class AskedQuestion
{
    private readonly WordReader? _words;
    private readonly string _question;
    private readonly UnderstoodQuestion _understood;

    /// <param name="model">The model.</param>
    /// <param name="question">The user's words.</param>
    /// <param name="prompts">What they point at.</param>
    /// <param name="options">How to generate. An answer in a form of its own is left as the model gives it.</param>
    /// <exception cref="OmgLlavaException">The question is empty, or its placeholders are not those of the prompts.</exception>
    public AskedQuestion(OmgLlavaModel model, string question, IReadOnlyList<VisualPrompt> prompts, GenerationOptions options)
    {
        ContextRoom.RequireText(model, question);
        (_words, _question) = (model.Words, question);
        UnderstoodQuestion understood = model.Understand(question, prompts);
        _understood = options.JsonSchema is null ? understood : new UnderstoodQuestion(understood.Question);
        Text = PromptText.Prepare(_understood.Question, prompts);
        Form =
            _words is not null && _understood.Expression is { } expression
                ? model.Tokenizer.Encode($"<p> {Capital(expression)} </p> [SEG].{model.Config.Template.TurnEnd}")
                : null;
    }

    /// <summary>The words for the model, with a placeholder for each prompt.</summary>
    public string Text { get; }

    /// <summary>The tokens of the answer that gives the mask of the expression, as the training writes it; null for a question of
    /// another kind, or to a model whose directory does not list the words that it was taught.</summary>
    public IReadOnlyList<int>? Form { get; }

    /// <summary>Whether nothing may be shown of the answer before all of it can be put into the user's language.</summary>
    public bool IsHeld => _understood.IsKorean;

    /// <summary>The answer where the model need not be asked; null where it must.</summary>
    public Reply? Told =>
        _understood.Answer is { } answer
            ? Missing(new Reply(answer, [], [], true, new ReplyTimings(default, default, default, 0, 0)))
            : null;

    /// <summary>The answer as it is given: in the language of the question, and what is missing is said.</summary>
    public Reply Complete(Reply reply)
    {
        Reply told = Missing(reply with { Asked = _understood.Question == _question ? null : _understood.Question });
        return _understood.IsKorean && _words is not null ? _words.InKorean(told) : told;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private Reply Missing(Reply reply) =>
        _understood.Expression is { } expression ? Questions.WithMissing(reply, expression) : reply;
}
