namespace OmgLlava.Verification;

/// <summary>How far two executors are apart at one place of the computation.</summary>
/// <param name="Place">The place.</param>
/// <param name="Largest">The largest absolute difference; for a mask, one minus the IoU.</param>
/// <param name="Share">It, over the largest value there.</param>
internal sealed record PlaceDifference(string Place, double Largest, double Share);
