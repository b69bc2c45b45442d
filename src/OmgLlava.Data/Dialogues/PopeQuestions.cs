using OmgLlava.Data.Json;

namespace OmgLlava.Data.Dialogues;

/// <summary>
/// Questions of POPE (<c>coco_pope_random.json</c>, <c>_popular</c>, <c>_adversarial</c>): one JSON object a line with
/// <c>question_id</c>, <c>image</c>, <c>text</c> and <c>label</c>, yes or no.
/// </summary>
public static class PopeQuestions
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<YesNoQuestion> Open(string path, string images)
    {
        JsonRecords records = JsonIndex.Lines(path);
        return
        [
            .. records
                .All()
                .Select(record => new YesNoQuestion(
                    record.Identity("question_id"),
                    record.Image(images, record.Text("image")),
                    PlainText.Clean(record.Text("text")),
                    Label(record)
                )),
        ];
    }

    private static bool Label(JsonRecord record) =>
        record.Text("label").Trim().ToUpperInvariant() switch
        {
            "YES" => true,
            "NO" => false,
            _ => throw record.Error($"'label' is '{record.Text("label")}', neither yes nor no"),
        };
}
