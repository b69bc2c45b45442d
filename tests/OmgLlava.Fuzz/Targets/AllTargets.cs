namespace OmgLlava.Fuzz.Targets;

/// <summary>Everything that reads bytes from outside.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<FuzzTarget> List { get; } =
    [
        PictureTargets.Png,
        PictureTargets.Jpeg,
        PictureTargets.Webp,
        PictureTargets.GifAndBmp,
        PictureTargets.MaskPicture,
        PictureTargets.MaskJson,
        PictureTargets.RunLengths,
        WeightTargets.Safetensors,
        WeightTargets.Pickle,
        WeightTargets.Tokenizer,
        WeightTargets.TokenizerConfig,
        WeightTargets.ModelConfig,
        WeightTargets.Onnx,
        RecipeTargets.Recipe,
        HttpTargets.Bodies,
    ];
}
