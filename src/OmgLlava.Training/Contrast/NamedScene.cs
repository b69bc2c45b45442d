using OmgLlava.Training.Samples;

namespace OmgLlava.Training.Contrast;

/// <summary>A scene and some of its objects.</summary>
/// <param name="Scene">The scene.</param>
/// <param name="Pixels">(3, S, S): the model's input, normalised.</param>
/// <param name="Objects">At least one.</param>
internal sealed record NamedScene(TrainingScene Scene, float[] Pixels, IReadOnlyList<NamedObject> Objects);
