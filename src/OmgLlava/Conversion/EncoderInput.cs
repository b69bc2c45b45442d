namespace OmgLlava.Conversion;

/// <summary>How an encoder's training prepared its pictures; levels are those of 0..255.</summary>
/// <param name="BlueFirst">Whether the first channel is blue instead of red.</param>
/// <param name="Std">By what levels are divided after their mean is subtracted: red, green, blue.</param>
internal sealed record EncoderInput(bool BlueFirst, IReadOnlyList<double> Std);
