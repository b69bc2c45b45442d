using OmgLlava.Data.Captions;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>A picture to be described with masks.</summary>
/// <param name="Id">Names it in results.</param>
/// <param name="ImagePath">The picture.</param>
/// <param name="Truth">What people wrote, with masks.</param>
public sealed record GroundedSample(string Id, string ImagePath, GroundedCaptionTruth Truth)
{
    /// <summary>Captions of a data set in GranD-f's layout.</summary>
    public static IReadOnlyList<GroundedSample> Of(IReadOnlyList<GroundedCaption> captions)
    {
        long annotation = 0;
        return
        [
            .. captions.Select(
                (caption, i) =>
                    new GroundedSample(
                        caption.Id,
                        caption.ImagePath,
                        new GroundedCaptionTruth(
                            i,
                            [caption.Text],
                            [.. caption.Phrases.Select(caption.TextOf)],
                            [.. caption.Phrases.Select(phrase => Annotation(++annotation, i, phrase.Region.ToRle()))]
                        )
                    )
            ),
        ];
    }

    /// <summary>The published evaluation set: its two files and the pictures.</summary>
    /// <param name="masks"><c>val_gcg_coco_mask_gt.json</c> or that of the test part.</param>
    /// <param name="captions"><c>val_gcg_coco_caption_gt.json</c> or that of the test part.</param>
    /// <param name="images">Folder of the pictures.</param>
    /// <exception cref="OmgLlavaException">A file is missing or a record is damaged.</exception>
    public static IReadOnlyList<GroundedSample> Open(string masks, string captions, string images)
    {
        IReadOnlyList<GroundedCaptionTruth> truth = GroundedCaptionFiles.LoadTruth(masks, captions);
        return [.. truth.Select(picture => new GroundedSample($"{picture.ImageId}", Find(images, picture.ImageId), picture))];
    }

    private static string Find(string images, long id)
    {
        string[] names =
        [
            Path.Combine(images, $"sa_{id}.jpg"),
            Path.Combine(images, $"{id}.jpg"),
            Path.Combine(images, $"{id}.png"),
        ];
        return Array.Find(names, File.Exists)
            ?? throw new OmgLlavaException(
                $"The image '{names[0]}' (or {id}.jpg) does not exist; --images names the folder of the pictures."
            );
    }

    private static ObjectTruth Annotation(long id, long image, CocoRle mask)
    {
        CocoDetection shape = CocoDetection.FromMask(image, 1, 1, mask);
        return new ObjectTruth(id, image, 1, shape.Box, shape.Area, Mask: mask);
    }
}
