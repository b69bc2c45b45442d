namespace OmgLlava.Training.Engine;

/// <summary>One thing that the model was asked while it trains.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Expected">What it should say.</param>
/// <param name="Answer">What it says.</param>
/// <param name="Picture">A picture of the masks; null for none.</param>
internal sealed record TrainingSample(string Question, string Expected, string Answer, string? Picture = null);
