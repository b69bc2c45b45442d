namespace OmgLlava.Cli;

/// <summary>
/// Reads lines at a terminal, with keys to move, to erase and to recall what was typed before; from a pipe as they come.
/// (RadLine, the library for this
/// beside Spectre.Console, is built against a Spectre.Console of years ago and cannot be loaded with today's.)
/// </summary>
internal sealed class LineReader
{
    private const string Prompt = "> ";

    private readonly LineText _line = new();

    /// <summary>Reads a line.</summary>
    /// <returns>The line; null at the end of the input, which at a terminal is Ctrl-D in an empty line.</returns>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        if (Console.IsInputRedirected)
        {
            // The console's own asynchronous reading cannot be cancelled.
            return await Task.Run(Console.In.ReadLine, cancellation).WaitAsync(cancellation);
        }

        if (Console.IsErrorRedirected)
        {
            return await Task.Run(Console.ReadLine, cancellation).WaitAsync(cancellation);
        }

        return await Task.Run(Type, cancellation).WaitAsync(cancellation);
    }

    private string? Type()
    {
        Draw(0);
        while (true)
        {
            int row = Rows(_line.CursorColumns);
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            if (control && key.Key == ConsoleKey.D && _line.Columns == 0)
            {
                Console.Error.WriteLine();
                return null;
            }

            if (control && key.Key == ConsoleKey.L)
            {
                Console.Error.Write("\u001b[H\u001b[2J");
                row = 0;
            }

            bool done = _line.Press(key);
            while (!done && Console.KeyAvailable) // what is pasted is drawn once
            {
                done = _line.Press(Console.ReadKey(intercept: true));
            }

            Draw(row);
            if (done)
            {
                Console.Error.Write(new string('\n', Rows(_line.Columns) - Rows(_line.CursorColumns) + 1));
                return _line.Take();
            }
        }
    }

    /// <summary>Draws the line anew, over what was there.</summary>
    /// <param name="row">The row of the line that the cursor is in, from 0.</param>
    private void Draw(int row)
    {
        int columns = _line.Columns;
        string up = row > 0 ? $"\u001b[{row}A" : "";
        // A line that fills its row leaves the cursor there until something follows.
        string fill = (columns + Prompt.Length) % Width == 0 ? " \b" : "";
        int back = Rows(columns) - Rows(_line.CursorColumns);
        int column = (Prompt.Length + _line.CursorColumns) % Width;
        string place = (back > 0 ? $"\u001b[{back}A" : "") + "\r" + (column > 0 ? $"\u001b[{column}C" : "");
        Console.Error.Write($"{up}\r\u001b[J{Prompt}{_line.Text}{fill}{place}");
    }

    private static int Rows(int columns) => (Prompt.Length + columns) / Width;

    private static int Width => Math.Max(Prompt.Length + 2, Console.WindowWidth);
}
