using System.Text;

namespace OmgLlava;

/// <summary>
/// Makes clean text of what the model says: markers vanish together with the spaces that they leave behind, and phrases are
/// remembered by their place in the clean text.
/// </summary>
internal sealed class AnswerAssembler
{
    private const string NoSpaceBefore = ".,;:!?)]}'’”";

    private readonly StringBuilder _text = new();
    private int _spaces;
    private bool _marker;
    private bool _opened;
    private int _start = -1;
    private (int Start, int End)? _phrase;

    /// <summary>The clean text so far; spaces at its end are held back.</summary>
    public string Text => _text.ToString();

    /// <summary>Adds text between markers.</summary>
    /// <returns>The clean text that it adds.</returns>
    public string Add(string text)
    {
        int before = _text.Length;
        foreach (char c in text)
        {
            if (c == ' ')
            {
                _spaces++;
                continue;
            }

            int keep =
                !_marker ? _spaces
                : _spaces > 0 && _text.Length > 0 && !NoSpaceBefore.Contains(c, StringComparison.Ordinal) && _text[^1] != '\n' ? 1
                : 0;
            _text.Append(' ', _text.Length == 0 ? 0 : keep);
            (_spaces, _marker) = (0, false);
            if (_opened && _start < 0)
            {
                _start = _text.Length;
            }

            _text.Append(c);
        }

        return _text.ToString(before, _text.Length - before);
    }

    /// <summary><c>&lt;p&gt;</c>: a phrase begins.</summary>
    public void OpenPhrase() => (_opened, _start, _marker) = (true, -1, true);

    /// <summary><c>&lt;/p&gt;</c>: the phrase ends.</summary>
    public void ClosePhrase()
    {
        _phrase = _opened && _start >= 0 ? (_start, _text.Length) : (_text.Length, _text.Length);
        (_opened, _marker) = (false, true);
    }

    /// <summary><c>[SEG]</c>: takes the phrase before it, which no later one gets.</summary>
    public (string Phrase, int Start, int End) TakePhrase()
    {
        (int start, int end) = _phrase ?? (_text.Length, _text.Length);
        (_phrase, _marker) = (null, true);
        return (_text.ToString(start, end - start), start, end);
    }
}
