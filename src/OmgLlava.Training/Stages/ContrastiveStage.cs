using OmgLlava.Imaging;
using OmgLlava.Torch.Layers;
using OmgLlava.Training.Contrast;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>Stage one: the image encoder learns from pictures of single objects and their words; the class embeddings come from
/// the words' side.</summary>
internal sealed class ContrastiveStage : ITrainingStage
{
    private const int ObjectsPerScene = 4;
    private const long LeastArea = 64;
    private const float FirstLogScale = 2.6593f; // ln(1 / 0.07), as CLIP begins
    private const float LargestLogScale = 4.6052f; // ln(100)

    private readonly Recipe _recipe;
    private readonly ISceneSource _source;
    private readonly SampleOrder _order;
    private readonly StageModel _model;
    private readonly WordEncoder _words;
    private readonly Tensor _logScale;

    public ContrastiveStage(Recipe recipe, ISceneSource source, Device device)
    {
        (_recipe, _source) = (recipe, source);
        if (source.ClassNames.Count == 0)
        {
            throw new OmgLlavaException(
                "The contrastive stage needs pictures whose objects have classes; this data has only conversations."
            );
        }

        _order = new SampleOrder(source.Count, recipe.Seed);
        _model = StageModel.Open(recipe, source, device);
        PerceptionRequirements.HasClasses(_model.Network.Config, source);
        if (_model.Network.Config.Perception.ClipHiddenWidth == 0)
        {
            throw new OmgLlavaException(
                "The contrastive stage needs an image encoder with a CLIP head; set 'clip_hidden_width' in the model's shape."
            );
        }

        ContrastiveRecipe settings = recipe.Contrastive;
        var placement = new Placement(recipe.ComputeType, device);
        _words = new WordEncoder(
            settings.WordWidth,
            settings.WordLayers,
            settings.WordHeads,
            _model.Network.Config.Perception.ClassEmbeddingWidth,
            placement
        );
        WeightInitialization.Draw(_words, new Generator((ulong)recipe.Seed, CPU));
        _logScale = ScalarArithmetic.Full([1], FirstLogScale, float32, device).DetachFromDisposeScope();
        Parameters =
        [
            .. from parameter in _model.Network.Perception.named_parameters()
            where parameter.name.StartsWith("image_encoder.", StringComparison.Ordinal)
            let rate = parameter.name.Contains("clip_head", StringComparison.Ordinal) ? 1 : settings.EncoderRate
            where rate > 0
            select new TrainableParameter(parameter.name, parameter.parameter, rate),
            .. _words.named_parameters().Select(p => new TrainableParameter("word_encoder." + p.name, p.parameter)),
            new TrainableParameter("log_scale", _logScale),
        ];
    }

    public IReadOnlyList<TrainableParameter> Parameters { get; }

    public void Check(long batch) => Crops(batch);

    public Func<ulong, StepLosses> Prepare(long batch)
    {
        ObjectCrop[] crops = Crops(batch);
        float[][] pixels = [.. crops.Select(crop => _model.Network.Config.Image.Normalize(crop.Picture))];
        return _ => Losses(crops, pixels);
    }

    public IReadOnlyList<TrainingSample> Show(string folder, int step)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        ObjectCrop[] crops = [.. Crops(long.MaxValue / _recipe.Batch / 64).Take(8)];
        Tensor pictures = Embed([.. crops.Select(crop => _model.Network.Config.Image.Normalize(crop.Picture))]);
        Tensor classes = _words.Embed([.. _source.Words.Select(words => words[0])]);
        long[] nearest = [.. pictures.matmul(classes.t()).argmax(1).cpu().data<long>()];
        return
        [
            .. crops.Select(
                (crop, i) =>
                {
                    string path = Path.Combine(folder, $"{step}-{i}.png");
                    ImageFile.SavePng(crop.Picture, path);
                    return new TrainingSample(
                        "nearest class",
                        _source.ClassNames[crop.Class],
                        _source.ClassNames[(int)nearest[i]],
                        path
                    );
                }
            ),
        ];
    }

    public void Save(string folder)
    {
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            Tensor classes = _model.Network.Perception.ClassEmbeddings;
            for (int i = 0; i < _source.Words.Count; i++)
            {
                // Classes with fewer words repeat theirs.
                IReadOnlyList<string> words =
                [
                    .. Enumerable.Range(0, (int)classes.shape[1]).Select(p => _source.Words[i][p % _source.Words[i].Count]),
                ];
                classes[i].copy_(_words.Embed(words));
            }
        }

        _model.Save(folder, _recipe);
    }

    public void Dispose()
    {
        _model.Dispose();
        _words.Dispose();
        _logScale.Dispose();
    }

    private StepLosses Losses(ObjectCrop[] crops, float[][] pixels)
    {
        Tensor words = _words.Embed([.. crops.Select(crop => crop.Word)]);
        Tensor scale = _logScale.Clamp(0, LargestLogScale).exp();
        (Tensor loss, double accuracy) = ContrastiveLoss.Compute(
            Embed(pixels),
            words,
            [.. crops.Select(crop => crop.Class)],
            scale
        );
        return new StepLosses(loss, new Dictionary<string, double> { ["accuracy"] = accuracy });
    }

    /// <summary>(B, E), unit length.</summary>
    private Tensor Embed(float[][] pixels)
    {
        int side = _recipe.Contrastive.Size;
        Tensor images = stack(pixels.Select(p => tensor(p).view(3, side, side))).to(_model.Device).to(_recipe.ComputeType);
        Tensor pooled = Features(images).mean([2, 3]); // (B, C)
        return nn.functional.normalize(_model.Network.Perception.Encoder.ProjectToClip(pooled), dim: -1);
    }

    /// <summary>(B, C, h, w), without gradient where the encoder does not learn.</summary>
    private Tensor Features(Tensor images)
    {
        using IDisposable? frozen = _recipe.Contrastive.EncoderRate == 0 ? no_grad() : null;
        return _model.Network.Perception.Encoder.Encode(images)[^1];
    }

    /// <summary>As many objects as a batch has, from as many scenes as that takes.</summary>
    private ObjectCrop[] Crops(long batch)
    {
        int scenes = (_recipe.Batch + ObjectsPerScene - 1) / ObjectsPerScene;
        var crops = new List<ObjectCrop>();
        Random random = RandomSeed.Generator(_recipe.Seed, batch, RandomSeed.Purpose.Prompts);
        for (int i = 0; crops.Count < _recipe.Batch; i++)
        {
            if (i > 64 * scenes)
            {
                throw new OmgLlavaException(
                    "The data has hardly any object that is large enough to be looked at alone; the contrastive stage cannot "
                        + "use it."
                );
            }

            // Where scenes have few objects, those of a place far away fill the batch.
            long place =
                i < scenes
                    ? (batch * scenes) + i
                    : unchecked((long)(RandomSeed.Of(_recipe.Seed, (batch * scenes) + i, RandomSeed.Purpose.Sample) >> 24));
            TrainingScene scene = _source.Scene(_order.At(place));
            SceneObject[] objects =
            [
                .. scene.Objects.Where(o => o.Mask.Area >= LeastArea && o.Class != SceneObject.UnknownClass),
            ];
            random.Shuffle(objects);
            foreach (SceneObject item in objects.Take(Math.Min(ObjectsPerScene, _recipe.Batch - crops.Count)))
            {
                IReadOnlyList<string> words = _source.Words[item.Class];
                crops.Add(
                    ObjectCrop.Cut(scene.Picture!, item, words[random.Next(words.Count)], _recipe.Contrastive.Size, random)
                );
            }
        }

        return [.. crops];
    }
}
