using OmgLlava.Imaging;
using OmgLlava.Torch.Layers;
using OmgLlava.Training.Contrast;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>
/// Stage one: what the image encoder sees under the mask of an object comes to lie where its word does; the class embeddings come
/// from the words' side. CLIP's loss, of objects in their scenes instead of whole pictures: so do classes read the encoder later
/// (<see cref="OmgLlava.Perception.PerceptionConfig.ClipClasses"/>).
/// </summary>
internal sealed class ContrastiveStage : ITrainingStage
{
    private const int ObjectsPerScene = 4;
    private const int ShownScenes = 4;
    private const long LeastArea = 64; // pixels of the model's input
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

    public void Check(long batch) => Scenes(batch);

    public Func<ulong, StepLosses> Prepare(long batch)
    {
        NamedScene[] scenes = Scenes(batch);
        return _ => Losses(scenes);
    }

    public IReadOnlyList<TrainingSample> Show(string folder, int step)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        NamedScene[] scenes = [.. Scenes(long.MaxValue / _recipe.Batch / 64).Take(ShownScenes)];
        Tensor classes = _words.Embed([.. _source.Words.Select(words => words[0])]);
        long[] nearest = [.. Embed(scenes).matmul(classes.t()).argmax(1).cpu().data<long>()];
        int first = 0;
        var shown = new List<TrainingSample>();
        foreach ((int i, NamedScene scene) in scenes.Index())
        {
            string[] found = [.. scene.Objects.Select((_, n) => _source.ClassNames[(int)nearest[first + n]])];
            first += found.Length;
            string path = Path.Combine(folder, $"{step}-{i}.png");
            ImageFile.SavePng(
                Overlay.Draw(
                    scene.Scene.Picture!,
                    [.. scene.Objects.Select((named, n) => new OverlayItem(named.Item.Mask, Palette.Color(n), found[n]))]
                ),
                path
            );
            string wanted = string.Join(", ", scene.Objects.Select(named => _source.ClassNames[named.Item.Class]));
            shown.Add(new TrainingSample("nearest classes", wanted, string.Join(", ", found), path));
        }

        return shown;
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

    private StepLosses Losses(NamedScene[] scenes)
    {
        NamedObject[] objects = [.. scenes.SelectMany(scene => scene.Objects)];
        Tensor words = _words.Embed([.. objects.Select(named => named.Word)]);
        Tensor scale = _logScale.Clamp(0, LargestLogScale).exp();
        (Tensor loss, double accuracy) = ContrastiveLoss.Compute(
            Embed(scenes),
            words,
            [.. objects.Select(named => named.Item.Class)],
            scale
        );
        return new StepLosses(loss, new Dictionary<string, double> { ["accuracy"] = accuracy });
    }

    /// <summary>(N, E), unit length: the objects of all scenes, in their order.</summary>
    private Tensor Embed(NamedScene[] scenes)
    {
        int side = _model.Network.Config.Image.Size;
        Tensor images = stack(scenes.Select(scene => tensor(scene.Pixels).view(3, side, side)))
            .to(_model.Device)
            .to(_recipe.ComputeType);
        Tensor cells = Features(images).flatten(2).transpose(1, 2); // (B, h * w, C)
        Tensor[] pooled =
        [
            .. scenes.Select(
                (scene, i) =>
                    stack(scene.Objects.Select(named => tensor(named.Shares))).to(cells.device).to(cells.dtype).matmul(cells[i])
            ),
        ];
        return nn.functional.normalize(_model.Network.Perception.Encoder.ProjectToClip(cat(pooled)), dim: -1);
    }

    /// <summary>(B, C, h, w), without gradient where the encoder does not learn.</summary>
    private Tensor Features(Tensor images)
    {
        using IDisposable? frozen = _recipe.Contrastive.EncoderRate == 0 ? no_grad() : null;
        return _model.Network.Perception.Encoder.Encode(images)[^1];
    }

    /// <summary>As many objects as a batch has, from as many scenes as that takes.</summary>
    private NamedScene[] Scenes(long batch)
    {
        int usual = (_recipe.Batch + ObjectsPerScene - 1) / ObjectsPerScene;
        var scenes = new List<NamedScene>();
        int left = _recipe.Batch;
        Random random = RandomSeed.Generator(_recipe.Seed, batch, RandomSeed.Purpose.Prompts);
        for (int i = 0; left > 0; i++)
        {
            if (i > 64 * usual)
            {
                throw new OmgLlavaException(
                    "The data has hardly any object that is large enough to be named; the contrastive stage cannot use it."
                );
            }

            // Where scenes have few objects, those of a place far away fill the batch.
            long place =
                i < usual
                    ? (batch * usual) + i
                    : unchecked((long)(RandomSeed.Of(_recipe.Seed, (batch * usual) + i, RandomSeed.Purpose.Sample) >> 24));
            TrainingScene scene = _source.Scene(_order.At(place));
            NamedObject[] objects = Objects(scene, Math.Min(ObjectsPerScene, left), random);
            if (objects.Length > 0)
            {
                scenes.Add(new NamedScene(scene, _model.Network.Config.Image.Apply(scene.Picture!), objects));
                left -= objects.Length;
            }
        }

        return [.. scenes];
    }

    private NamedObject[] Objects(TrainingScene scene, int most, Random random)
    {
        ImageTransform transform = _model.Network.Config.Image;
        ImageGeometry geometry = transform.Geometry(scene.Picture!.Width, scene.Picture.Height);
        SceneObject[] known =
        [
            .. scene.Objects.Where(o =>
                o.Class != SceneObject.UnknownClass && geometry.ToModel(o.Mask).Area >= LeastArea
            ),
        ];
        random.Shuffle(known);
        return
        [
            .. known
                .Take(most)
                .Select(item =>
                {
                    IReadOnlyList<string> words = _source.Words[item.Class];
                    int stride = _model.Network.Config.Perception.EncoderStrides[^1];
                    return NamedObject.Of(item, words[random.Next(words.Count)], geometry, transform.Size, stride);
                }),
        ];
    }
}
