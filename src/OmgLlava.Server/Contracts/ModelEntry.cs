namespace OmgLlava.Server.Contracts;

/// <summary>A model.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="OwnedBy">Always <c>omg-llava</c>.</param>
/// <param name="Weights">Digits that tell its weights from others.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Classes">Names of the classes of panoptic segmentation.</param>
public sealed record ModelEntry(
    string Id,
    string Object,
    long Created,
    string OwnedBy,
    string Weights,
    ModelCapabilities Capabilities,
    IReadOnlyList<string> Classes
);
