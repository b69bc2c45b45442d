using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>An object of the ground truth of COCO detection.</summary>
/// <param name="Id">
/// Id of the annotation. Follows pycocotools in one oddity: a detection that matches the annotation with id 0 counts as not
/// matched, so ids should begin at 1.
/// </param>
/// <param name="ImageId">Id of its picture.</param>
/// <param name="CategoryId">Id of its category.</param>
/// <param name="Box">Its box.</param>
/// <param name="Area">Its area in pixels as the file states it, which decides between small, medium and large.</param>
/// <param name="IsCrowd">Whether it is a crowd: detections on it are neither right nor wrong.</param>
/// <param name="Mask">Its mask; null where only boxes are evaluated.</param>
public sealed record ObjectTruth(
    long Id,
    long ImageId,
    long CategoryId,
    CocoBox Box,
    double Area,
    bool IsCrowd = false,
    CocoRle? Mask = null
);
