namespace OmgLlava.Training.Engine;

/// <summary>How a run ended.</summary>
/// <param name="Step">Steps done in all.</param>
/// <param name="Finished">Whether those are all.</param>
/// <param name="FirstLoss">Loss of the first step of this run.</param>
/// <param name="LastLoss">Mean loss of the last reported steps.</param>
/// <param name="Model">The model directory that was written; null for none.</param>
internal sealed record TrainingResult(int Step, bool Finished, double FirstLoss, double LastLoss, string? Model);
