using OmgLlava.Data.Json;

namespace OmgLlava.Data.Dialogues;

/// <summary>
/// Conversations in LLaVA's instruction layout (<c>llava_v1_5_mix665k.json</c>, <c>blip_laion_cc_sbu_558k.json</c>): a record has
/// <c>id</c>, <c>image</c> (none for text alone) and <c>conversations</c>.
/// </summary>
public static class LlavaInstructions
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <param name="own">
    /// Whether a person wrote the file for this program: then an answer that holds a token of the model is a mistake and refused.
    /// In published data such tokens are taken apart, as the published loader does.
    /// </param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<Conversation> Open(string path, string images, bool own = false)
    {
        JsonRecords records = JsonIndex.Array(path);
        for (int i = 0; i < records.Count; i++)
        {
            Read(records[i], i, images, own);
        }

        return new RecordList<Conversation>(records.Count, i => Read(records[i], i, images, own));
    }

    private static Conversation Read(JsonRecord record, int index, string images, bool own)
    {
        string id = record.Has("id") ? record.Identity("id") : $"{index}";
        string? image = record.Has("image") ? record.Image(images, record.Text("image")) : null;
        return new Conversation(
            id,
            image,
            [
                .. Messages
                    .Read(record, PlainText.Clean, own)
                    .Select(turn => new ConversationTurn(turn.Question, turn.Answer, [], [])),
            ]
        );
    }
}
