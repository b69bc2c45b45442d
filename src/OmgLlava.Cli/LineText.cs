using System.Globalization;
using Spectre.Console;

namespace OmgLlava.Cli;

/// <summary>A line that is being typed: its text, where the cursor is, and the lines before. Characters are what readers take
/// for one, however many code
/// points they are made of.</summary>
internal sealed class LineText
{
    private readonly List<string> _history = [];
    private readonly List<string> _characters = [];
    private int _recalled;
    private string _unsaved = "";

    /// <summary>The characters before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <summary>The text.</summary>
    public string Text => string.Concat(_characters);

    /// <summary>Columns of the terminal that the text before the cursor takes; wide characters take two.</summary>
    public int CursorColumns => string.Concat(_characters.Take(Cursor)).GetCellWidth();

    /// <summary>Columns that the whole text takes.</summary>
    public int Columns => Text.GetCellWidth();

    /// <summary>Does what a key asks for.</summary>
    /// <returns>Whether the line is done.</returns>
    public bool Press(ConsoleKeyInfo key)
    {
        bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return true;
            case ConsoleKey.Backspace:
                Remove(Cursor - 1, 1);
                break;
            case ConsoleKey.Delete:
                Remove(Cursor, 1);
                break;
            case ConsoleKey.LeftArrow:
                Cursor = control ? WordBefore() : Math.Max(0, Cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                Cursor = control ? WordAfter() : Math.Min(_characters.Count, Cursor + 1);
                break;
            case ConsoleKey.Home or ConsoleKey.A when key.Key == ConsoleKey.Home || control:
                Cursor = 0;
                break;
            case ConsoleKey.End or ConsoleKey.E when key.Key == ConsoleKey.End || control:
                Cursor = _characters.Count;
                break;
            case ConsoleKey.UpArrow:
                Recall(_recalled - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(_recalled + 1);
                break;
            case ConsoleKey.K when control:
                Remove(Cursor, _characters.Count - Cursor);
                break;
            case ConsoleKey.U when control:
                Remove(0, Cursor);
                break;
            case ConsoleKey.W when control:
                int start = WordBefore();
                Remove(start, Cursor - start);
                break;
            case ConsoleKey.Escape:
                Remove(0, _characters.Count);
                break;
            default:
                Insert(key.KeyChar);
                break;
        }

        return false;
    }

    /// <summary>Ends the line: the next one begins empty, and this one can be recalled.</summary>
    /// <returns>The text.</returns>
    public string Take()
    {
        string text = Text;
        if (text.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != text))
        {
            _history.Add(text);
        }

        Set("");
        (_recalled, _unsaved) = (_history.Count, "");
        return text;
    }

    private void Insert(char typed)
    {
        if (char.IsControl(typed))
        {
            return;
        }

        string before = string.Concat(_characters.Take(Cursor)) + typed;
        Set(before + string.Concat(_characters.Skip(Cursor)));
        Cursor = new StringInfo(before).LengthInTextElements;
    }

    private void Remove(int at, int count)
    {
        if (at < 0 || at + count > _characters.Count)
        {
            return;
        }

        _characters.RemoveRange(at, count);
        Cursor = at;
    }

    private void Recall(int index)
    {
        if (index < 0 || index > _history.Count)
        {
            return;
        }

        _unsaved = _recalled == _history.Count ? Text : _unsaved;
        Set(index == _history.Count ? _unsaved : _history[index]);
        _recalled = index;
    }

    private void Set(string text)
    {
        _characters.Clear();
        TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            _characters.Add(elements.GetTextElement());
        }

        Cursor = _characters.Count;
    }

    private int WordBefore()
    {
        int at = Cursor;
        while (at > 0 && string.IsNullOrWhiteSpace(_characters[at - 1]))
        {
            at--;
        }

        while (at > 0 && !string.IsNullOrWhiteSpace(_characters[at - 1]))
        {
            at--;
        }

        return at;
    }

    private int WordAfter()
    {
        int at = Cursor;
        while (at < _characters.Count && string.IsNullOrWhiteSpace(_characters[at]))
        {
            at++;
        }

        while (at < _characters.Count && !string.IsNullOrWhiteSpace(_characters[at]))
        {
            at++;
        }

        return at;
    }
}
