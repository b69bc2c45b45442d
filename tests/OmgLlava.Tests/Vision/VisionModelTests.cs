using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;
using static TorchSharp.torch;
using EngineTensor = OmgLlava.Engine.Tensor;
using ModuleQueries = OmgLlava.Torch.Perception.DecodedQueries;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Tests.Vision;

/// <summary>Perception on the engine beside the TorchSharp modules, on the model that ships: every option that it uses.</summary>
public sealed class VisionModelTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "models", "nano-drawn");
    private static readonly string Scene = Path.Combine(Repository.Root, "samples", "scenes", "images", "000006.png");

    private readonly OmgLlavaConfig _config = ModelDirectory.ReadConfig(Folder);
    private readonly ThreadTeam _team = new(2);
    private readonly OmgLlavaNetwork _network;
    private readonly VisionModel _engine;
    private readonly float[] _picture;
    private readonly int _size;

    public VisionModelTests()
    {
        using ITensorSource weights = ModelDirectory.OpenWeights(Folder);
        _network = new OmgLlavaNetwork(_config, Placement.Default, language: null);
        _network.Load(weights);
        _engine = new VisionModel(
            new WeightReader(weights, Kernels.For(InstructionSets.Best, _team)),
            _config.Perception,
            _config.Alignment,
            _config.Image
        );
        _picture = [.. _config.Image.Apply(ImageFile.Load(Scene))];
        _size = _config.Image.Size;
    }

    public void Dispose()
    {
        _engine.Dispose();
        _network.Dispose();
        _team.Dispose();
    }

    [Fact]
    public void It_sees_what_the_modules_see()
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using TorchPerception expected = _network.Perception.Perceive(tensor(_picture).view(1, 3, _size, _size));
        using SeenImage seen = _engine.See(_picture, (_size, _size));
        Near(expected.ClassLogits[0], seen.ClassLogits.ToTorch());
        Near(expected.MaskLogits[0], seen.MaskLogits.ToTorch());
        Near(_network.VisualProjector.ProjectImages(expected).Images[0], seen.Tokens.ToTorch());

        var point = new PixelPoint(140, 195);
        using DecodedPrompt atPoint = _engine.DecodePoint(seen, point);
        Check(
            _network.Perception.DecodePoints(
                tensor(
                    new[,]
                    {
                        { point.X, point.Y },
                    }
                ),
                expected.Memory,
                (_size, _size)
            ),
            atPoint
        );
        var box = new PixelBox(118.5f, 171, 162, 219.5f);
        using DecodedPrompt inBox = _engine.DecodeBox(seen, box);
        Check(
            _network.Perception.DecodeBoxes(
                tensor(
                    new[,]
                    {
                        { box.X0, box.Y0, box.X1, box.Y1 },
                    }
                ),
                expected.Memory,
                (_size, _size)
            ),
            inBox
        );
        bool[] pixels =
        [
            .. Enumerable.Range(0, _size * _size).Select(i => i / _size is > 170 and < 220 && i % _size is > 118 and < 163),
        ];
        using DecodedPrompt region = _engine.DecodeRegion(seen, new Mask(_size, _size, pixels));
        Check(
            _network.Perception.DecodeRegions(tensor(pixels).view(1, _size, _size).to(float32), expected.Memory, (_size, _size)),
            region
        );

        float[] hidden = [.. Enumerable.Range(0, _config.Language.HiddenSize).Select(i => MathF.Sin(i))];
        (Tensor content, Tensor position) = _network.TextProjector.ProjectQueries(tensor(hidden).unsqueeze(0));
        using EngineTensor mask = _engine.DecodeMask(seen, hidden);
        Near(_network.MaskDecoder.DecodeAlone(content, position, expected.Memory).Last.MaskLogits[0], mask.ToTorch());

        void Check(ModuleQueries decoded, DecodedPrompt prompt)
        {
            Near(_network.Perception.JoinPrompts(decoded, expected.Memory)[0], prompt.Query.ToTorch());
            Near(decoded.Last.MaskLogits[0], prompt.MaskLogits.ToTorch());
            Assert.Equal(_network.Perception.Classifier.PredictIou(decoded.Last)[0, 0, 0].item<float>(), prompt.IouLogit, 1e-3);
        }
    }

    [Fact]
    public void Every_vector_width_sees_the_same()
    {
        using ITensorSource weights = ModelDirectory.OpenWeights(Folder);
        using SeenImage expected = _engine.See(_picture, (_size, _size));
        foreach (InstructionSet width in Enum.GetValues<InstructionSet>())
        {
            using var model = new VisionModel(
                new WeightReader(weights, Kernels.For(width, _team)),
                _config.Perception,
                _config.Alignment,
                _config.Image
            );
            using SeenImage seen = model.See(_picture, (_size, _size));
            Near(expected.MaskLogits.ToTorch(), seen.MaskLogits.ToTorch());
        }
    }

    [Fact]
    public void Seeing_stops_when_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _engine.See(_picture, (_size, _size), source.Token));
    }

    internal static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        float scale = expected.abs().max().item<float>();
        Assert.InRange(expected.sub(actual).abs().max().item<float>(), 0, 1e-3f * MathF.Max(1, scale));
    }
}
