namespace OmgLlava.Formats;

/// <summary>Weights of an ONNX file.</summary>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Values">Row-major, as many as the sizes say.</param>
internal sealed record OnnxTensor(IReadOnlyList<long> Shape, float[] Values);
