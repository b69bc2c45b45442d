using System.Text.Json.Serialization;

namespace OmgLlava.Perception;

/// <summary>Families of image encoders.</summary>
internal enum EncoderKind
{
    /// <summary>ConvNeXt (Liu et al. 2022), as published.</summary>
    [JsonStringEnumMemberName("convnext")]
    ConvNext,

    /// <summary>ResNet of two 3 x 3 convolutions a block (He et al. 2015: ResNet-18 and 34), its batch norms folded into the
    /// convolutions.</summary>
    [JsonStringEnumMemberName("resnet")]
    ResNet,

    /// <summary>ResNet of three convolutions a block, the middle one a quarter as wide (ResNet-50 and deeper), its batch norms
    /// folded.</summary>
    [JsonStringEnumMemberName("resnet_bottleneck")]
    ResNetBottleneck,
}
