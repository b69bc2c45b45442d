using OmgLlava.Imaging;

namespace OmgLlava.Perception;

/// <summary>One segment of a picture.</summary>
/// <param name="Class">Index of its class; things come first.</param>
/// <param name="IsThing">Whether the class is countable.</param>
/// <param name="Score">0..1: the probability of the class; for instances times the mean probability inside the mask.</param>
/// <param name="Mask">Its pixels, at the size of the user's image.</param>
public sealed record SegmentedObject(int Class, bool IsThing, float Score, Mask Mask);
