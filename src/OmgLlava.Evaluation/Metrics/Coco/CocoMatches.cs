namespace OmgLlava.Evaluation.Metrics;

/// <summary>What became of a detection at one threshold.</summary>
internal enum CocoOutcome : byte
{
    /// <summary>It matches nothing that it may match.</summary>
    Wrong,

    /// <summary>It matches an object.</summary>
    Right,

    /// <summary>It is neither: on a crowd, or outside of the area range.</summary>
    Ignored,
}

/// <summary>The matches of one picture and category.</summary>
/// <param name="Scores">Scores of the detections, best first.</param>
/// <param name="Areas">For each area range.</param>
internal sealed record CocoMatches(double[] Scores, CocoMatches.Area[] Areas)
{
    /// <param name="Outcomes">(thresholds, detections).</param>
    /// <param name="Objects">Number of objects to be found.</param>
    internal readonly record struct Area(CocoOutcome[] Outcomes, int Objects);
}
