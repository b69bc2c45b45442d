using OmgLlava.Cli;

namespace OmgLlava.Tests.Cli;

/// <summary>Keys at the prompt of a conversation.</summary>
public class LineTextTests
{
    private readonly LineText _line = new();

    [Fact]
    public void A_wide_character_is_erased_as_one_with_both_its_columns()
    {
        Type("a\ud55c\uae00");
        Assert.Equal(5, _line.Columns);
        Press(ConsoleKey.Backspace);
        Assert.Equal(("a\ud55c", 3), (_line.Text, _line.Columns));
        Type("e\u0301\ud83d\udc31");
        Press(ConsoleKey.Backspace);
        Press(ConsoleKey.Backspace);
        Assert.Equal("a\ud55c", _line.Text); // an accent goes with its letter, a surrogate with the other
    }

    [Fact]
    public void Keys_move_erase_and_recall()
    {
        Type("where is the cat");
        Assert.True(Press(ConsoleKey.Enter));
        Assert.Equal("where is the cat", _line.Take());
        Type("and the dog");
        Press(ConsoleKey.LeftArrow, ConsoleModifiers.Control);
        Press(ConsoleKey.LeftArrow, ConsoleModifiers.Control);
        Press(ConsoleKey.W, ConsoleModifiers.Control);
        Assert.Equal(("the dog", 0), (_line.Text, _line.Cursor));
        Press(ConsoleKey.UpArrow);
        Assert.Equal("where is the cat", _line.Text);
        Press(ConsoleKey.UpArrow);
        Press(ConsoleKey.DownArrow);
        Assert.Equal("the dog", _line.Text); // what was not finished comes back
        Press(ConsoleKey.Home);
        Press(ConsoleKey.Delete);
        Press(ConsoleKey.End);
        Type("s");
        Assert.Equal("he dogs", _line.Text);
        Press(ConsoleKey.U, ConsoleModifiers.Control);
        Assert.Equal("", _line.Text);
    }

    private void Type(string text)
    {
        foreach (char c in text)
        {
            _line.Press(new ConsoleKeyInfo(c, ConsoleKey.None, false, false, false));
        }
    }

    private bool Press(ConsoleKey key, ConsoleModifiers with = 0) =>
        _line.Press(new ConsoleKeyInfo('\0', key, false, false, with == ConsoleModifiers.Control));
}
