using OmgLlava.Imaging;
using OmgLlava.Perception;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using OmgLlava.Training.Segmentation;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>Stage two: all of perception learns masks, classes, and what points and boxes mean.</summary>
internal sealed class SegmentationStage : ITrainingStage
{
    private readonly Recipe _recipe;
    private readonly ISceneSource _source;
    private readonly SampleOrder _order;
    private readonly StageModel _model;
    private readonly ConditionLoss? _conditions;
    private readonly SegmentationLoss _loss;

    public SegmentationStage(Recipe recipe, ISceneSource source, Device device)
    {
        (_recipe, _source) = (recipe, source);
        if (source.ClassNames.Count == 0)
        {
            throw new OmgLlavaException(
                "The segmentation stage needs pictures whose objects have classes and masks; this data has only conversations."
            );
        }

        _order = new SampleOrder(source.Count, recipe.Seed);
        _model = StageModel.Open(recipe, source, device);
        PerceptionRequirements.HasClasses(_model.Network.Config, source);
        _conditions =
            recipe.Segmentation.ConditionWeight > 0
                ? new ConditionLoss(_model.Network.Config.Perception.Channels, device, recipe.Seed)
                : null;
        _loss = new SegmentationLoss(_model.Network.Perception, recipe.Segmentation, recipe.Points, _conditions);
        Parameters =
        [
            .. (_conditions?.Parameters ?? []).Select(p => new TrainableParameter(p.Name, p.Tensor)),
            .. from parameter in _model.Network.Perception.named_parameters()
            let isHead = parameter.name.Contains("clip_head", StringComparison.Ordinal)
            let isEncoder = !isHead && parameter.name.StartsWith("image_encoder.", StringComparison.Ordinal)
            orderby isEncoder // what starts later comes last
            // The classes are those of the words; the CLIP head has no part in masks.
            where parameter.name != "class_embeddings" && (!isHead || _model.Network.Config.Perception.ClipClasses)
            where !isEncoder || recipe.Segmentation.EncoderRate > 0
            select isEncoder
                ? new TrainableParameter(
                    parameter.name,
                    parameter.parameter,
                    recipe.Segmentation.EncoderRate,
                    recipe.Segmentation.EncoderStart
                )
                : new TrainableParameter(parameter.name, parameter.parameter),
        ];
    }

    public IReadOnlyList<TrainableParameter> Parameters { get; }

    public void Check(long batch) => Load(batch);

    public Func<ulong, StepLosses> Prepare(long batch)
    {
        SegmentationSample[] samples = Load(batch);
        long step = batch / _recipe.Accumulate;
        int side = Transform(step).Size;
        bool frozen = _recipe.Segmentation.EncoderRate == 0 || step < _recipe.Segmentation.EncoderStart;
        return seed => Losses(samples, side, seed, frozen);
    }

    public IReadOnlyList<TrainingSample> Show(string folder, int step)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var shown = new List<TrainingSample>();
        for (int i = 0; i < 4; i++)
        {
            TrainingScene scene = _source.Scene(_order.At((long.MaxValue / 1024) + i));
            RgbImage picture = scene.Picture!;
            ImageGeometry geometry = _model.Network.Config.Image.Geometry(picture.Width, picture.Height);
            int side = _model.Network.Config.Image.Size;
            using Vision.SeenImage seen = new TorchVision(
                _model.Network,
                new Placement(ScalarType.Float32, _model.Device)
            ).See(_model.Network.Config.Image.Apply(picture), (side, side));
            IReadOnlyList<SegmentedObject> found = PanopticFusion.Panoptic(
                seen.ClassLogits,
                seen.MaskLogits,
                _source.Things,
                geometry,
                _model.Network.Config.Segmentation
            );
            string path = Path.Combine(folder, $"{step}-{i}.png");
            ImageFile.SavePng(
                Overlay.Draw(
                    picture,
                    [.. found.Select((o, n) => new OverlayItem(o.Mask, Palette.Color(n), _source.ClassNames[o.Class]))]
                ),
                path
            );
            shown.Add(
                new TrainingSample("panoptic", Names(scene.Objects.Select(o => o.Class)), Names(found.Select(o => o.Class)), path)
            );
        }

        return shown;
    }

    /// <summary>A mask decoder of [SEG] alone begins as what the mask decoder has learnt here.</summary>
    public void Save(string folder)
    {
        const string Own = "segmentation_decoder.";
        using (no_grad())
        {
            var tensors = _model.Network.Tensors().ToDictionary(t => t.Name, t => t.Tensor);
            foreach ((string name, Tensor copy) in tensors.Where(t => t.Key.StartsWith(Own, StringComparison.Ordinal)))
            {
                copy.copy_(tensors["perception.decoder." + name[Own.Length..]]);
            }
        }

        _model.Save(folder, _recipe);
    }

    public void Dispose()
    {
        _conditions?.Dispose();
        _model.Dispose();
    }

    private string Names(IEnumerable<int> classes) =>
        string.Join(
            ", ",
            classes.Where(c => c != SceneObject.UnknownClass).Select(c => _source.ClassNames[c]).Order(StringComparer.Ordinal)
        );

    private SegmentationSample[] Load(long batch)
    {
        ImageTransform transform = Transform(batch / _recipe.Accumulate);
        return
        [
            .. Enumerable
                .Range(0, _recipe.Batch)
                .Select(i =>
                {
                    long place = (batch * _recipe.Batch) + i;
                    Random random = RandomSeed.Generator(_recipe.Seed, place, RandomSeed.Purpose.Prompts);
                    return SegmentationSample.Create(
                        _source.Scene(_order.At(place)),
                        transform,
                        _recipe.Segmentation.Prompts,
                        random
                    );
                }),
        ];
    }

    /// <summary>How pictures are shown at a step.</summary>
    private ImageTransform Transform(long step)
    {
        ImageTransform own = _model.Network.Config.Image;
        return _recipe.Segmentation.SizeAt(step) is { } size ? own with { Size = size } : own;
    }

    private StepLosses Losses(SegmentationSample[] samples, int side, ulong seed, bool frozen)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(seed, CPU);
        PerceptionModel perception = _model.Network.Perception;
        int batch = samples.Length;
        Tensor pixels = stack(samples.Select(s => tensor(s.Pixels).view(3, side, side)))
            .to(_model.Device)
            .to(_recipe.ComputeType);
        int prompts = samples.Min(s => s.Points.Length / 2);
        SegmentationTargets targets = Targets(samples, side);
        Tensor[] encoded = Encode(pixels, frozen);
        DecoderMemory memory = perception.Remember(perception.PixelDecoder.Decode(encoded), pixels, encoded[^1]);
        if (_recipe.Segmentation.CoarseDepths)
        {
            memory = memory with { EarlyMaskFeatures = nn.functional.avg_pool2d(memory.MaskFeatures, 2) };
        }

        Tensor points = tensor([.. samples.SelectMany(s => s.Points.Take(2 * prompts))])
            .view(batch, prompts, 2)
            .to(_model.Device);
        Tensor boxes = tensor([.. samples.SelectMany(s => s.Boxes.Take(4 * prompts))]).view(batch, prompts, 4).to(_model.Device);
        DecodedQueries decoded = perception.DecodeObjectsAndPrompts(memory, points, boxes, (side, side));
        int[][] asked = [.. samples.Select(s => s.Asked.Take(prompts).ToArray())];
        (Dictionary<string, Tensor> losses, Dictionary<string, double> measures) = _loss.Compute(
            memory,
            decoded,
            targets,
            asked,
            random
        );
        Tensor total = losses.Values.Aggregate((sum, loss) => sum.Add(loss));
        var terms = losses.ToDictionary(loss => loss.Key, loss => (double)loss.Value.item<float>());
        return new StepLosses(total.MoveToOuterDisposeScope(), terms.Concat(measures).ToDictionary());
    }

    /// <summary>The encoder's four maps, without gradient where it does not learn.</summary>
    private Tensor[] Encode(Tensor pixels, bool frozen)
    {
        using IDisposable? noGradient = frozen ? no_grad() : null;
        return _model.Network.Perception.Encoder.Encode(pixels);
    }

    private SegmentationTargets Targets(SegmentationSample[] samples, int side)
    {
        int most = Math.Max(1, samples.Max(s => s.Classes.Length));
        Tensor masks = zeros([samples.Length, most, side, side], float32);
        foreach ((int i, SegmentationSample sample) in samples.Index())
        {
            for (int n = 0; n < sample.Masks.Length; n++)
            {
                masks[i][n].copy_(tensor(sample.Masks[n]).view(side, side));
            }
        }

        return new SegmentationTargets([.. samples.Select(s => s.Classes)], masks.to(_model.Device))
        {
            Conditions = [.. samples.Select(s => s.Conditions)],
            Matched = [.. samples.Select(s => s.Matched)],
            HasMask = [.. samples.Select(s => s.HasMask)],
            Complete = [.. samples.Select(s => s.Complete)],
            Ignored = samples.All(s => s.Ignored is null)
                ? null
                : stack(samples.Select(s => tensor(s.Ignored ?? new bool[side * side]).view(side, side)))
                    .to(float32)
                    .to(_model.Device),
        };
    }
}
