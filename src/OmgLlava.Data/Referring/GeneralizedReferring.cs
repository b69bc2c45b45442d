using OmgLlava.Data.Coco;
using OmgLlava.Data.Dialogues;
using OmgLlava.Data.Json;

namespace OmgLlava.Data.Referring;

/// <summary>
/// Expressions in gRefCOCO's layout (<c>grefs(*).json</c> of github.com/henghuiding/gRefCOCO): a record has a picture, a list of
/// annotations, one, several or none, and sentences for them.
/// </summary>
public static class GeneralizedReferring
{
    private const long None = -1;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The <c>grefs</c> file.</param>
    /// <param name="instances">The objects that its annotation ids mean.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing, or a record is broken; the message names it.</exception>
    public static IReadOnlyList<ReferringExpression> Open(string path, CocoInstances instances, string images) =>
        Open(path, instances, images, own: false);

    /// <summary>Reads a file; one of a person's own, not a published one, must also be in agreement with itself.</summary>
    internal static IReadOnlyList<ReferringExpression> Open(string path, CocoInstances instances, string images, bool own)
    {
        JsonRecords records = JsonIndex.Array(path);
        (int Record, int Sentence)[] places =
        [
            .. records
                .All()
                .SelectMany(
                    (record, i) => Enumerable.Range(0, Check(record, instances, images, own)).Select(sentence => (i, sentence))
                ),
        ];
        return new RecordList<ReferringExpression>(
            places.Length,
            i => Read(records[places[i].Record], places[i].Sentence, instances, images)
        );
    }

    /// <summary>Number of sentences of a record that is right.</summary>
    private static int Check(JsonRecord record, CocoInstances instances, string images, bool own)
    {
        if (own)
        {
            RequireAgreement(record, instances);
        }

        int count = record.List("sentences").Count;
        for (int i = 0; i < count; i++)
        {
            Read(record, i, instances, images);
        }

        return count;
    }

    private static ReferringExpression Read(JsonRecord record, int sentence, CocoInstances instances, string images)
    {
        long imageId = record.Integer("image_id");
        CocoImage image =
            instances.FindImage(imageId)
            ?? throw record.Error($"it belongs to the image {imageId}, which '{instances.Path}' does not have");
        JsonRecord words = record.List("sentences")[sentence];
        bool none = record.Flag("no_target");
        long[] targets = none ? [] : [.. Targets(record).Where(id => id != None)];
        EncodedMask[] regions = [.. targets.Select(id => Region(record, id, imageId, instances))];
        string id = words.Has("sent_id") ? words.Identity("sent_id") : $"{record.Identity("ref_id")}.{sentence}";
        return new ReferringExpression(
            id,
            record.Image(images, image.FileName),
            PlainText.Clean(words.Text("sent")),
            record.Has("split") ? record.Text("split") : "",
            EncodedMask.Union(image.Width, image.Height, regions),
            targets.Length == 0
        )
        {
            Kind = record.Has("kind") ? record.Text("kind") : "",
        };
    }

    private static void RequireAgreement(JsonRecord record, CocoInstances instances)
    {
        long[] targets = [.. Targets(record).Where(id => id != None)];
        if (record.Flag("no_target") && targets.Length > 0)
        {
            throw record.Error(
                $"it says no_target, but names the annotations {string.Join(", ", targets)}; one of them is wrong"
            );
        }

        IReadOnlyList<JsonRecord> sentences = record.List("sentences");
        if (sentences.Count == 0)
        {
            throw record.Error("its 'sentences' are empty");
        }

        foreach (JsonRecord sentence in sentences)
        {
            if (string.IsNullOrWhiteSpace(sentence.Text("sent")))
            {
                throw sentence.Error("'sent' is empty");
            }
        }

        if (
            record.Has("file_name")
            && instances.FindImage(record.Integer("image_id")) is { } image
            && record.Text("file_name") != image.FileName
        )
        {
            throw record.Error(
                $"it names the picture '{record.Text("file_name")}', but its image_id {image.Id} is '{image.FileName}'"
            );
        }
    }

    private static IEnumerable<long> Targets(JsonRecord record) =>
        record.Member("ann_id").ValueKind == System.Text.Json.JsonValueKind.Array
            ? record
                .Numbers("ann_id")
                .Select(id =>
                    id == Math.Floor(id) && Math.Abs(id) < 1e15 ? (long)id : throw record.Error("'ann_id' is no list of ids")
                )
            : [record.Integer("ann_id")];

    private static EncodedMask Region(JsonRecord record, long id, long imageId, CocoInstances instances)
    {
        CocoAnnotation annotation =
            instances.FindAnnotation(id)
            ?? throw record.Error($"it means the annotation {id}, which '{instances.Path}' does not have");
        return annotation.ImageId == imageId
            ? instances.RegionOf(annotation)
            : throw record.Error($"it means the annotation {id}, which belongs to the image {annotation.ImageId}");
    }
}
