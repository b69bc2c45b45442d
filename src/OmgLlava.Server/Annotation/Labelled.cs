using OmgLlava.Imaging;

namespace OmgLlava.Server.Annotation;

/// <summary>A thing in a picture with the label that it gets.</summary>
/// <param name="Label">The label.</param>
/// <param name="Mask">Its pixels.</param>
/// <param name="Score">0..1.</param>
internal sealed record Labelled(string Label, Mask Mask, float Score);
