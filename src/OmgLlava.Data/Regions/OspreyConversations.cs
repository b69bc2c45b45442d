using OmgLlava.Data.Dialogues;
using OmgLlava.Data.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Regions;

/// <summary>
/// Conversations about regions as Osprey publishes them (<c>osprey_conversation.json</c>): a record has <c>file_name</c>,
/// <c>annotation</c>, the regions, and <c>conversations</c>. As in the published loader the regions are introduced before the
/// first question, records without regions are left out, and the misspelt "regin" is mended.
/// </summary>
public static class OspreyConversations
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<Conversation> Open(string path, string images)
    {
        JsonRecords records = JsonIndex.Array(path);
        int[] kept =
        [
            .. records
                .All()
                .Index()
                .Where(pair => pair.Item.Has("annotation") && pair.Item.List("annotation").Count > 0)
                .Select(pair => pair.Index),
        ];
        foreach (int i in kept)
        {
            Read(records[i], i, images, decode: false);
        }

        return new RecordList<Conversation>(kept.Length, i => Read(records[kept[i]], kept[i], images, decode: true));
    }

    private static Conversation Read(JsonRecord record, int index, string images, bool decode)
    {
        string path = record.Image(images, record.Text("file_name"));
        (int, int) size =
            record.Has("width") && record.Has("height")
                ? (record.Size("width"), record.Size("height"))
                : ImageFile.ReadSize(path);
        EncodedMask[] regions =
        [
            .. record.List("annotation").Select(annotation => EncodedMask.Read(annotation, "segmentation", size)),
        ];
        VisualPrompt[] prompts = decode ? [.. regions.Select(region => VisualPrompt.Region(region.ToMask()))] : [];
        string introduction =
            $"There are some regions: {string.Join(", ", regions.Select((_, i) => $"region{i + 1} <region>"))}.\n";
        return new Conversation(
            record.Has("id") ? record.Identity("id") : $"{index}",
            path,
            [
                .. Messages
                    .Read(record, Clean)
                    .Select(
                        (turn, i) =>
                            new ConversationTurn(
                                i == 0 ? introduction + turn.Question : turn.Question,
                                turn.Answer,
                                i == 0 ? prompts : [],
                                []
                            )
                    ),
            ]
        );
    }

    private static string Clean(string text) =>
        PlainText.WithoutBrackets(text).Replace("regin", "region", StringComparison.Ordinal);
}
