namespace OmgLlava.Formats;

/// <summary>One operation of an ONNX graph.</summary>
/// <param name="Operator">Its name in the standard: <c>Conv</c>, <c>BatchNormalization</c>, ...</param>
/// <param name="Inputs">Names of what it reads; an input that is left out has an empty name.</param>
/// <param name="Outputs">Names of what it gives.</param>
/// <param name="Integers">Attributes that are whole numbers, one or several.</param>
/// <param name="Floats">Attributes that are a number.</param>
internal sealed record OnnxNode(
    string Operator,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, IReadOnlyList<long>> Integers,
    IReadOnlyDictionary<string, float> Floats
);
