using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace OmgLlava.Data.Dialogues;

/// <summary>
/// Questions of MMBench (<c>MMBench_DEV_EN.tsv</c>): a table with tabs whose columns are <c>index</c>, <c>question</c>,
/// <c>hint</c>, <c>A</c>, <c>B</c>, ..., <c>answer</c>, <c>category</c>, <c>l2-category</c> and <c>image</c>, the picture in base
/// 64 or the index of the row that has it.
/// </summary>
public static class MmBench
{
    private const int ShortestImage = 16; // anything shorter is the index of another row, as the published loader has it

    /// <summary>Reads a file.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or not such a table, or a row is broken; the message names
    /// it.</exception>
    public static IReadOnlyList<ChoiceQuestion> Open(string path)
    {
        using FileStream file = DataFiles.OpenRead(path);
        using var text = new StreamReader(file);
        using var csv = new CsvReader(
            text,
            new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = "\t", BadDataFound = null }
        );
        try
        {
            if (!csv.Read() || !csv.ReadHeader())
            {
                throw new OmgLlavaException($"'{path}' is empty.");
            }

            string[] columns = csv.HeaderRecord!;
            string? missing = Array.Find(["index", "question", "image", "A", "B"], column => !columns.Contains(column));
            return missing is null
                ? Rows(csv, columns, path)
                : throw new OmgLlavaException($"'{path}' has no column '{missing}'; it is not a table in MMBench's layout.");
        }
        catch (CsvHelperException error)
        {
            throw new OmgLlavaException($"'{path}' is no table with tabs (row {csv.Parser.Row}).", error);
        }
    }

    private static List<ChoiceQuestion> Rows(CsvReader csv, string[] columns, string path)
    {
        var questions = new List<ChoiceQuestion>();
        var images = new Dictionary<long, byte[]>();
        var borrowed = new Dictionary<int, (long From, string Where)>(); // a row may borrow from a later one
        while (csv.Read())
        {
            string where = $"'{path}', row {csv.Parser.Row} (line {csv.Parser.RawRow})";
            long index = long.TryParse(csv["index"], CultureInfo.InvariantCulture, out long number)
                ? number
                : throw new OmgLlavaException($"{where}: 'index' is no number.");
            string image = csv["image"] ?? "";
            byte[] bytes = [];
            if (image.Length >= ShortestImage)
            {
                bytes = Decode(image, where);
                images[index] = bytes;
            }
            else
            {
                borrowed[questions.Count] = (
                    long.TryParse(image, CultureInfo.InvariantCulture, out long other)
                        ? other
                        : throw new OmgLlavaException($"{where}: 'image' is neither a picture nor the index of one."),
                    where
                );
            }

            questions.Add(Question(csv, columns, index, bytes, where));
        }

        foreach ((int at, (long from, string where)) in borrowed)
        {
            questions[at] = questions[at] with
            {
                ImageFile =
                    images.GetValueOrDefault(from)
                    ?? throw new OmgLlavaException($"{where}: its image is that of index {from}, which has none."),
            };
        }

        return questions.Count > 0 ? questions : throw new OmgLlavaException($"'{path}' has no questions.");
    }

    private static ChoiceQuestion Question(CsvReader csv, string[] columns, long index, byte[] image, string where)
    {
        string Text(string column) => columns.Contains(column) ? csv[column]?.Trim() ?? "" : "";
        (char, string)[] options =
        [
            .. Enumerable
                .Range('A', 26)
                .Select(letter => ((char)letter, Text($"{(char)letter}")))
                .Where(option => option.Item2.Length > 0),
        ];
        string answer = Text("answer");
        return answer.Length <= 1 && (answer.Length == 0 || options.Any(option => option.Item1 == answer[0]))
            ? new ChoiceQuestion(
                index,
                Text("question"),
                Text("hint"),
                options,
                answer.Length == 0 ? null : answer[0],
                Text("category"),
                Text("l2-category"),
                image
            )
            : throw new OmgLlavaException($"{where}: 'answer' is '{answer}', which is no letter of an option.");
    }

    private static byte[] Decode(string text, string where)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException error)
        {
            throw new OmgLlavaException($"{where}: 'image' is not base 64.", error);
        }
    }
}
