using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>The image encoders by their kind.</summary>
internal static class ImageEncoders
{
    /// <summary>Reads the encoder that a configuration names.</summary>
    /// <exception cref="OmgLlavaException">A tensor is missing, damaged, or not what the configuration says.</exception>
    public static IImageEncoder Read(WeightReader weights, PerceptionConfig config)
    {
        IImageEncoder encoder = config.Encoder switch
        {
            EncoderKind.ConvNext => new ConvNextEncoder(weights, config),
            _ => new ResNetEncoder(weights, config),
        };
        if (!config.ClipClasses)
        {
            SkipClipHead(weights.At("clip_head"), config);
        }

        return encoder;
    }

    /// <summary>From the last features into the space of CLIP: seeing does not need it, and classes only where they are told by
    /// it.</summary>
    private static void SkipClipHead(WeightReader weights, PerceptionConfig config)
    {
        if (config.ClipHiddenWidth > 0)
        {
            int channels = config.EncoderWidths[^1];
            weights.Skip("norm.weight", channels);
            weights.Skip("norm.bias", channels);
            weights.Skip("expand.weight", config.ClipHiddenWidth, channels);
            weights.Skip("expand.bias", config.ClipHiddenWidth);
            weights.Skip("project.weight", config.ClassEmbeddingWidth, config.ClipHiddenWidth);
        }
    }
}
