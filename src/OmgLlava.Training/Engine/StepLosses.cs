using static TorchSharp.torch;

namespace OmgLlava.Training.Engine;

/// <summary>The losses of one batch.</summary>
/// <param name="Total">What is minimised, a scalar that gradients flow from.</param>
/// <param name="Terms">Its parts and other measures by name, for the log.</param>
internal sealed record StepLosses(Tensor Total, IReadOnlyDictionary<string, double> Terms);
