using OmgLlava.Data.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Data.Captions;

/// <summary>
/// Grounded captions of RefCOCOg as GLaMM publishes them (<c>RefCOCOg_GCG_*.json</c>): each record is an object with one member,
/// the id, whose value has <c>img_file_name</c>, <c>caption</c> and <c>refs</c>, each with a <c>sentence</c> and polygons. The
/// caption is taken in lower case, and a sentence counts where it is part of it, as in the published loader.
/// </summary>
public static class RefCocogCaptions
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<GroundedCaption> Open(string path, string images)
    {
        JsonRecords records = JsonIndex.Array(path);
        foreach (JsonRecord record in records.All())
        {
            Read(record, images);
        }

        return new RecordList<GroundedCaption>(records.Count, i => Read(records[i], images));
    }

    private static GroundedCaption Read(JsonRecord outer, string images)
    {
        (string id, JsonRecord record) = outer.Members() is [var only]
            ? only
            : throw outer.Error("it is no object with one member, the id");
        string path = record.Image(images, record.Text("img_file_name"));
        string text = record.Text("caption").Trim('"').Trim().ToLowerInvariant();
        (int, int) size = ImageFile.ReadSize(path);
        var phrases = new List<GroundedPhrase>();
        foreach (JsonRecord reference in record.List("refs"))
        {
            string phrase = reference.Text("sentence").ToLowerInvariant();
            int start = text.IndexOf(phrase, StringComparison.Ordinal);
            EncodedMask region = EncodedMask.Read(reference, "segmentation", size);
            if (start >= 0 && phrase.Length > 0)
            {
                phrases.Add(new GroundedPhrase(start, start + phrase.Length, region));
            }
        }

        return GroundedCaption.Create(id, path, text, phrases);
    }
}
