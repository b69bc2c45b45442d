namespace OmgLlava.Conversion.Pulling;

/// <summary>How far pulling is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Bytes done of this stage. It can fall, when a damaged file is downloaded anew.</param>
/// <param name="Total">All bytes of this stage; 0 where that is not known.</param>
/// <param name="File">The file that made the last progress.</param>
public sealed record PullProgress(PullStage Stage, long Done, long Total, string File);
