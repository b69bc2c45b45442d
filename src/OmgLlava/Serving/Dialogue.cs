namespace OmgLlava.Serving;

/// <summary>Makes turns of a list of messages, as chat interfaces hand it over: instructions first, then user and assistant by
/// turns.</summary>
internal sealed class Dialogue
{
    private readonly List<ChatTurn> _turns = [];
    private string _instructions = "";
    private (string Text, IReadOnlyList<VisualPrompt> Prompts)? _open;
    private bool _exact;

    /// <summary>The turns that are answered.</summary>
    public IReadOnlyList<ChatTurn> Turns => _turns;

    /// <summary>The question that waits for its answer, and what it points at.</summary>
    /// <exception cref="OmgLlavaException">The last message is not the user's.</exception>
    public (string Text, IReadOnlyList<VisualPrompt> Prompts) Question =>
        _open is { } open
            ? (_exact ? open.Text : _instructions + open.Text, open.Prompts)
            : throw new OmgLlavaException("The last message must be the user's.");

    /// <summary>Adds instructions, which stand before the first question.</summary>
    /// <exception cref="OmgLlavaException">They do not come first.</exception>
    public void Instruct(string text)
    {
        if (_turns.Count > 0 || _open is not null)
        {
            throw new OmgLlavaException("A system message must come before the first message of the user.");
        }

        _instructions += text + "\n";
    }

    /// <summary>Adds a user's message. One that follows another goes on with it: some programs send a picture and the words about
    /// it apart.</summary>
    /// <param name="text">The words.</param>
    /// <param name="prompts">What they point at.</param>
    /// <param name="exact">They are the words that the model was trained with, and instructions before them would spoil
    /// them.</param>
    public void Ask(string text, IReadOnlyList<VisualPrompt> prompts, bool exact = false)
    {
        _exact = exact;
        _open = _open is { } before ? ($"{before.Text}\n{text}".Trim(), [.. before.Prompts, .. prompts]) : (text, prompts);
    }

    /// <summary>Adds an assistant's message.</summary>
    /// <param name="text">Clean text.</param>
    /// <param name="spans">Where in it the phrases with masks are; those outside the text are passed over.</param>
    /// <exception cref="OmgLlavaException">There was no question.</exception>
    public void Answer(string text, IEnumerable<(int Start, int End)> spans)
    {
        (string question, IReadOnlyList<VisualPrompt> prompts) = _open is null
            ? throw new OmgLlavaException("A message of the assistant must follow one of the user.")
            : Question;
        _turns.Add(new ChatTurn(question, prompts, Reply.Of(text, spans)));
        (_open, _instructions) = (null, "");
    }
}
