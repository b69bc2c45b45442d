using OmgLlava.Conversion;
using OmgLlava.Data.Photos;
using OmgLlava.Imaging;
using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Formats;

public class EncoderFeaturesTests
{
    /// <summary>
    /// Whether an encoder's features are right: OMG_ENCODER names an ONNX file that reads blue first, less ImageNet's mean,
    /// OMG_PHOTOS a folder of Caltech-101. The kinds of the other photographs are told by the nearest mean of 14 photographs of a
    /// kind.
    /// </summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void Photographs_are_told_apart_by_the_features_alone()
    {
        const int Side = 224;
        const int Known = 14;
        string? onnx = Environment.GetEnvironmentVariable("OMG_ENCODER");
        string? root = Environment.GetEnvironmentVariable("OMG_PHOTOS");
        Assert.SkipWhen(onnx is null || root is null, "OMG_ENCODER and OMG_PHOTOS are not set.");
        var transform = new ImageTransform
        {
            Size = Side,
            Mean = [0.48295, 0.45452, 0.40417],
            Std = [0.229, 0.224, 0.225],
        };
        var net = OnnxResNet.Load(onnx, new EncoderInput(true, [1, 1, 1]), transform.Std);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (int last in (int[])[3, 2])
        {
            var encoder = new ResNetEncoder(
                new PerceptionConfig
                {
                    Encoder = EncoderKind.ResNet,
                    EncoderWidths = [64, 128, 256, 512],
                    EncoderDepths = [2, 2, 2, last],
                    ClipHiddenWidth = 0,
                },
                Placement.Default
            );
            foreach (var (name, parameter) in encoder.named_parameters())
            {
                parameter.copy_(tensor(net.Weights[name].Values).view(parameter.shape));
            }

            var photos = new ClassFolderPhotos(root, part: null, every: 5);
            var features = new Dictionary<string, List<Tensor>>();
            for (int i = 0; i < photos.Count; i++)
            {
                using var inner = NewDisposeScope();
                Tensor pixels = tensor(transform.Normalize(transform.ResizeAndCrop(ImageFile.Load(photos.ImagePath(i)))))
                    .view(1, 3, Side, Side);
                Tensor feature = nn
                    .functional.normalize(encoder.Encode(pixels)[^1].mean([2, 3]), dim: 1)
                    .MoveToOuterDisposeScope();
                string kind = photos.Read(i).Objects[0].Name!;
                features.TryAdd(kind, []);
                features[kind].Add(feature);
            }

            string[] kinds = [.. features.Keys];
            Tensor centers = nn.functional.normalize(
                cat([.. kinds.Select(kind => cat([.. features[kind].Take(Known)]).mean([0], keepdim: true))]),
                dim: 1
            );
            bool[] right =
            [
                .. kinds
                    .Index()
                    .SelectMany(kind =>
                        features[kind.Item].Skip(Known).Select(f => f.matmul(centers.t()).argmax().item<long>() == kind.Index)
                    ),
            ];
            double share = right.Count(r => r) / (double)right.Length;
            TestContext.Current.SendDiagnosticMessage($"{last} blocks in the last stage: {share:F3} of {right.Length}");
            Assert.True(share > 0.8, $"{last} blocks in the last stage: {share:F3}");
        }
    }
}
