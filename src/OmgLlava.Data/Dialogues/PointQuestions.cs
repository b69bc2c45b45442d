using System.Globalization;
using System.Text.RegularExpressions;
using OmgLlava.Data.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Dialogues;

/// <summary>
/// Questions about points in the layout of the MDVP point data that OMG-LLaVA trains with (<c>gpt4v_*_point.json</c>): a record
/// has <c>image</c>, <c>points</c>, each x and y in pixels, and <c>conversations</c>.
/// </summary>
public static partial class PointQuestions
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">
    /// Folder of the pictures. As in the published loader only the last part of a picture's path counts, and one that is missing
    /// is looked for in the folder of the same name with <c>_2</c> (Visual Genome comes in two parts).
    /// </param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<Conversation> Open(string path, string images)
    {
        JsonRecords records = JsonIndex.Array(path);
        for (int i = 0; i < records.Count; i++)
        {
            Check(records[i], i, images);
        }

        return new RecordList<Conversation>(records.Count, i => Read(records[i], i, images));
    }

    private static void Check(JsonRecord record, int index, string images)
    {
        Conversation read = Read(record, index, images);
        int points = read.Turns[0].Prompts.Count;
        if (
            read
                .Turns.SelectMany(turn => Mark().Matches($"{turn.Question}\n{turn.Answer}"))
                .FirstOrDefault(mark => !IsOneOf(mark, points)) is
            { } unknown
        )
        {
            throw record.Error($"it speaks of '{unknown.Value}', but has {points} point(s)");
        }

        (int width, int height) = ImageFile.ReadSize(read.ImagePath!);
        foreach (PixelPoint point in read.Turns[0].Prompts.Cast<VisualPrompt.PointPrompt>().Select(prompt => prompt.At))
        {
            if (!(point.X >= 0 && point.Y >= 0 && point.X < width && point.Y < height))
            {
                throw record.Error($"the point ({point.X}, {point.Y}) lies outside its image of {width} x {height} pixels");
            }
        }
    }

    private static Conversation Read(JsonRecord record, int index, string images)
    {
        string id = record.Has("id") ? record.Identity("id") : $"{index}";
        VisualPrompt[] points =
        [
            .. record
                .List("points")
                .Select(point =>
                    JsonRecord.Numbers(point.Value) is [var x, var y]
                        ? VisualPrompt.Point((float)x, (float)y)
                        : throw point.Error("it is no point of two numbers")
                ),
        ];
        (string Question, string Answer)[] turns = [.. Messages.Read(record, PlainText.WithoutBrackets)];
        return new Conversation(
            id,
            Picture(record, images),
            [
                .. turns.Select(
                    (turn, i) =>
                        new ConversationTurn(
                            i == 0 ? Introduce(points.Length) + turn.Question : turn.Question,
                            turn.Answer,
                            i == 0 ? points : [],
                            []
                        )
                ),
            ]
        );
    }

    private static bool IsOneOf(Match mark, int points) =>
        int.TryParse(mark.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= 1
        && number <= points;

    [GeneratedRegex(@"\bMark (\d+)\b")]
    private static partial Regex Mark();

    private static string Introduce(int points) =>
        points == 0
            ? ""
            : $"There are some marks: {string.Join(", ", Enumerable.Range(1, points).Select(i => $"Mark {i} <mark>"))}.\n";

    private static string Picture(JsonRecord record, string images)
    {
        string name = record.Text("image").Split('/')[^1];
        string second = images.TrimEnd('/', '\\') + "_2";
        return File.Exists(Path.Combine(images, name)) || !File.Exists(Path.Combine(second, name))
            ? record.Image(images, name)
            : record.Image(second, name);
    }
}
