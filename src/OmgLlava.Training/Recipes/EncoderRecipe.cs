namespace OmgLlava.Training.Recipes;

/// <summary>Weights that a new model's image encoder begins with, as others trained and published them.</summary>
internal sealed record EncoderRecipe
{
    /// <summary>An ONNX file with a ResNet of the shape's widths and at least its depths; of more blocks the first ones of each
    /// stage are taken.</summary>
    public required string Onnx { get; init; }

    /// <summary>Whether the network reads blue, green, red instead of red, green, blue.</summary>
    public bool BlueFirst { get; init; }

    /// <summary>
    /// By what it wants the levels 0..255 of red, green and blue to be divided, once the mean is subtracted. The mean itself must
    /// be that of the model's pictures. The default is ImageNet's, by which most networks divide.
    /// </summary>
    public IReadOnlyList<double> Std { get; init; } = [58.395, 57.12, 57.375];

    internal void Validate()
    {
        Recipe.Require(Std is [> 0, > 0, > 0], "encoder: std must be three positive numbers");
        Recipe.Require(File.Exists(Onnx), $"encoder: the file '{Onnx}' does not exist");
    }
}
