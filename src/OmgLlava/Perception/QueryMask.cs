namespace OmgLlava.Perception;

/// <summary>The mask of an object query as it competes for pixels.</summary>
/// <param name="Logits">(h * w), row-major.</param>
/// <param name="Score">0..1: the probability of its class.</param>
internal sealed record QueryMask(float[] Logits, float Score);
