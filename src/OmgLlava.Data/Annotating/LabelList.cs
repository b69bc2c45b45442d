namespace OmgLlava.Data.Annotating;

/// <summary>Reads a file of labels.</summary>
public static class LabelList
{
    private const int Most = 10_000;
    private const int Longest = 200;

    /// <summary>Reads names of categories, one a line; empty lines are passed over.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or empty, is no text, or has a label twice.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        var labels = new List<string>();
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using FileStream file = DataFiles.OpenRead(path);
        using var text = new StreamReader(file);
        char[] line = new char[Longest + 1];
        int number = 0;
        foreach (string raw in Lines(text, line))
        {
            number++;
            string label = raw.Trim();
            if (label.Length > Longest || label.Any(char.IsControl))
            {
                throw new OmgLlavaException(
                    $"Line {number} of '{path}' is no label: at most {Longest} characters of plain text.");
            }

            if (label.Length > 0 && !known.Add(label))
            {
                throw new OmgLlavaException($"'{path}' has the label '{label}' twice; each needs its own name.");
            }

            if (label.Length > 0)
            {
                labels.Add(labels.Count < Most ? label : throw new OmgLlavaException($"'{path}' has more than {Most} labels."));
            }
        }

        return labels.Count > 0 ? labels : throw new OmgLlavaException($"'{path}' has no label; write one a line.");
    }

    /// <summary>Lines, each cut off just after the longest that is allowed.</summary>
    private static IEnumerable<string> Lines(StreamReader text, char[] line)
    {
        int length = 0;
        for (int next = text.Read(); next >= 0; next = text.Read())
        {
            if (next == '\n')
            {
                yield return new string(line, 0, length);
                length = 0;
            }
            else if (length < line.Length && next != '\r')
            {
                line[length++] = (char)next;
            }
        }

        if (length > 0)
        {
            yield return new string(line, 0, length);
        }
    }
}
