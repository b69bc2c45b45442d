using OmgLlava.Data.Coco;
using OmgLlava.Data.Json;

namespace OmgLlava.Data.Captions;

/// <summary>
/// Grounded captions of Flickr30k as GLaMM publishes them (<c>flickr_mergedGT_GCG_*.json</c>): COCO's layout, where each of
/// <c>images</c> has a <c>caption</c> and each of <c>annotations</c> a list <c>tokens_positive</c>, of which the first counts,
/// and a run-length encoding <c>sam_mask</c>. As in the published loader, captions of fewer than three words, pictures with a
/// side below 32 pixels, and annotations that are marked <c>ignore</c> or have no area in the picture are left out.
/// </summary>
public static class FlickrCaptions
{
    private const int LeastWords = 3;
    private const int LeastSide = 32;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<GroundedCaption> Open(string path, string images)
    {
        IReadOnlyDictionary<string, JsonRecords> sections = JsonIndex.Sections(path);
        JsonRecords pictures = CocoSections.Section(sections, path, "images");
        JsonRecords annotations = CocoSections.Section(sections, path, "annotations");
        ILookup<long, int> ofImage = annotations
            .All()
            .Index()
            .ToLookup(pair => pair.Item.Integer("image_id"), pair => pair.Index);
        int[] kept = [.. pictures.All().Index().Where(pair => Counts(pair.Item)).Select(pair => pair.Index)];
        foreach (int i in kept)
        {
            Read(i);
        }

        return new RecordList<GroundedCaption>(kept.Length, i => Read(kept[i]));

        GroundedCaption Read(int index)
        {
            JsonRecord picture = pictures[index];
            string caption = picture.Text("caption");
            (int width, int height) = (picture.Size("width"), picture.Size("height"));
            IEnumerable<GroundedPhrase> phrases = ofImage[picture.Integer("id")]
                .Select(i => annotations[i])
                .Where(annotation => Counts(annotation, width, height))
                .Select(annotation => Phrase(annotation, caption, (width, height)));
            return GroundedCaption.Create(
                picture.Identity("id"),
                picture.Image(images, picture.Text("file_name")),
                caption,
                phrases
            );
        }
    }

    private static bool Counts(JsonRecord picture) =>
        picture.Text("caption").Split(' ').Length >= LeastWords
        && Math.Min(picture.Size("width"), picture.Size("height")) >= LeastSide;

    private static bool Counts(JsonRecord annotation, int width, int height)
    {
        IReadOnlyList<double> box = annotation.Numbers("bbox", 4);
        double across = Math.Min(box[0] + box[2], width) - Math.Max(box[0], 0);
        double down = Math.Min(box[1] + box[3], height) - Math.Max(box[1], 0);
        return !annotation.Flag("ignore")
            && across > 0
            && down > 0
            && annotation.Number("area") > 0
            && box[2] >= 1
            && box[3] >= 1;
    }

    private static GroundedPhrase Phrase(JsonRecord annotation, string caption, (int, int) size)
    {
        JsonRecord first = annotation.List("tokens_positive") is [var span, ..]
            ? span
            : throw annotation.Error("'tokens_positive' is empty");
        (int start, int end) = CaptionSpan.Read(
            annotation,
            JsonRecord.Numbers(first.Value) ?? throw first.Error("it is no list of numbers"),
            caption
        );
        return new GroundedPhrase(start, end, EncodedMask.Read(annotation, "sam_mask", size));
    }
}
