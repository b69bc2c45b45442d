using OmgLlava.Data.Json;

namespace OmgLlava.Data.Captions;

/// <summary>
/// Grounded captions as GLaMM publishes GranD-f and OpenPSG (<c>GranDf_HA_GCG_train.json</c>, <c>OpenPsgGCG_*.json</c>): a record
/// has <c>file_name</c>, <c>caption</c> and <c>groundings</c>, phrase by phrase with <c>token_positives</c> and <c>rle_masks</c>.
/// </summary>
public static class GranDf
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<GroundedCaption> Open(string path, string images)
    {
        JsonRecords records = JsonIndex.Array(path);
        for (int i = 0; i < records.Count; i++)
        {
            Read(records[i], i, images);
        }

        return new RecordList<GroundedCaption>(records.Count, i => Read(records[i], i, images));
    }

    private static GroundedCaption Read(JsonRecord record, int index, string images)
    {
        string file = record.Text("file_name");
        string text = record.Text("caption").Trim('"').Trim(); // the published loader counts characters in the trimmed caption
        var phrases = new List<GroundedPhrase>();
        foreach (
            (_, JsonRecord grounding) in record
                .Object("groundings")
                .Members()
                .Where(member => member.Value.Value.ValueKind != System.Text.Json.JsonValueKind.Null)
        )
        {
            EncodedMask region = EncodedMask.Read(grounding, "rle_masks", null);
            (int start, int end) = CaptionSpan.Read(grounding, grounding.Numbers("token_positives"), text);
            phrases.Add(new GroundedPhrase(start, end, region));
        }

        string id = record.Has("image_id") ? record.Identity("image_id") : $"{index}";
        return GroundedCaption.Create(id, record.Image(images, file), text, phrases);
    }
}
