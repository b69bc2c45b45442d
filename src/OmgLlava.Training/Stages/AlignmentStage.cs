using OmgLlava.Alignment;
using OmgLlava.Data;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>Stages four and five, as published: the projectors alone before frozen perception and language, then with adapters,
/// embedding and head.</summary>
internal sealed class AlignmentStage : ITrainingStage
{
    private const int MostSilent = 64;
    private const int ShownSamples = 6;

    private readonly Recipe _recipe;
    private readonly ISceneSource _source;
    private readonly SampleOrder _order;
    private readonly StageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly LoraAdapters? _added;
    private readonly TrainingForward _forward;
    private readonly LengthGroups<ConversationSample> _groups;

    public AlignmentStage(Recipe recipe, ISceneSource source, Device device)
    {
        (_recipe, _source) = (recipe, source);
        _order = new SampleOrder(source.Count, recipe.Seed);
        _model = StageModel.Open(recipe, source, device);
        _tokenizer = _model.Tokenizer();
        OmgLlavaNetwork network = _model.Network;
        Recipe.Require(
            !network.Config.Alignment.RemoveObjectTokens || (recipe.HidePixels == 0 && recipe.Losses.GroundedAttention == 0),
            "hide_pixels and the losses of attention need object tokens, and this model has none"
        );
        Recipe.Require(
            !recipe.AsLabelled || network.Config.Alignment.RegionTokens == RegionTokenForm.Queries,
            "as_labelled knows no pixels, of which this model pools the tokens of regions"
        );
        IReadOnlyList<TrainedPart> parts =
            recipe.Train
            ?? (
                IsPretraining ? [TrainedPart.Projectors] : [TrainedPart.Projectors, TrainedPart.Adapters, TrainedPart.Vocabulary]
            );
        if (parts.Contains(TrainedPart.Adapters) && network.Adapters is null)
        {
            _added = new LoraAdapters(network.Language, recipe.Lora, new Placement(recipe.ComputeType, device));
            _added.Initialize(new Generator((ulong)recipe.Seed, CPU));
            network.Language.Attach(_added);
        }

        Parameters = [.. Chosen(parts).DistinctBy(p => p.Name)];
        _forward = new TrainingForward(
            network,
            new PromptPlaceholders(_tokenizer.Id(ChatTemplate.RegionPlaceholder), _tokenizer.Id(ChatTemplate.MarkPlaceholder)),
            _tokenizer.Id("[SEG]"),
            recipe.Losses
        )
        {
            TrainPerception = parts.Contains(TrainedPart.Perception),
        };
        _groups = new LengthGroups<ConversationSample>(
            recipe.Batch,
            recipe.Accumulate,
            recipe.Seed,
            Sample,
            sample => sample.Ids.Length
        );
        SetTraining(true);
    }

    public IReadOnlyList<TrainableParameter> Parameters { get; }

    public bool DrawsDropout => Adapters is not null && _recipe.Lora.Dropout > 0;

    private bool IsPretraining => _recipe.Stage == RecipeStage.Pretraining;

    private LoraAdapters? Adapters => _added ?? _model.Network.Adapters;

    public void Check(long batch)
    {
        ConversationSample[] samples = _groups.Batch(batch);
        foreach (ConversationSample sample in samples)
        {
            if (sample.Labels.All(label => label == PromptPlaceholders.IgnoredLabel))
            {
                throw new OmgLlavaException(
                    $"{sample.Id}: nothing of the answer fits into {_recipe.Data.MaxTokens} tokens; raise data.max_tokens."
                );
            }

            foreach (VisualPrompt prompt in sample.Prompts)
            {
                prompt.Validate(_model.Network.Config.Image.Geometry(sample.Picture!.Width, sample.Picture.Height));
            }
        }
    }

    public Func<ulong, StepLosses> Prepare(long batch)
    {
        var samples = new ConversationBatch(
            _groups.Batch(batch),
            _model.Network.Config.Image,
            _recipe.Losses.GroundedAttention > 0,
            _recipe.AsLabelled
        );
        return seed => Losses(samples, seed);
    }

    public IReadOnlyList<TrainingSample> Show(string folder, int step)
    {
        SetTraining(false);
        OmgLlavaModel model = TorchExecutor.Wrap(_model.Network, _tokenizer, new Placement(_recipe.ComputeType, _model.Device));
        var shown = new List<TrainingSample>();
        for (int i = 0; i < ShownSamples; i++)
        {
            TrainingScene scene = _source.Scene(_order.At((long.MaxValue / 1024) + i));
            IReadOnlyList<ConversationTurn> turns = scene.Choose(
                1,
                RandomSeed.Generator(_recipe.Seed, i, RandomSeed.Purpose.Prompts)
            );
            if (scene.Picture is null || turns.Count == 0)
            {
                continue;
            }

            ConversationTurn turn = turns[0];
            using ImageChat chat = model.StartChat(scene.Picture);
            Reply reply = chat.AskAsync(turn.Question, turn.Prompts, new GenerationOptions { MaxNewTokens = 96 })
                .GetAwaiter()
                .GetResult();
            string path = Path.Combine(folder, $"{step}-{i}.png");
            OverlayItem[] masks =
            [
                .. reply
                    .Segments.Index()
                    .Where(s => s.Item.Mask is not null)
                    .Select(s => new OverlayItem(s.Item.Mask!, Palette.Color(s.Index), s.Item.Phrase)),
            ];
            ImageFile.SavePng(Overlay.Draw(scene.Picture, masks), path);
            shown.Add(new TrainingSample(turn.Question, turn.Answer, _tokenizer.Decode(reply.Tokens), path));
        }

        SetTraining(true);
        return shown;
    }

    public void Save(string folder)
    {
        if (_recipe.MergeAdapters && _added is not null)
        {
            _model.Network.Language.Merge(_added);
            _model.Save(folder, _recipe);
        }
        else
        {
            _model.Save(folder, _recipe, adapters: _added);
        }
    }

    public void Dispose()
    {
        _added?.Dispose();
        _model.Dispose();
    }

    private IEnumerable<TrainableParameter> Chosen(IReadOnlyList<TrainedPart> parts)
    {
        OmgLlavaNetwork network = _model.Network;
        var all = network.Tensors().Select(t => (t.Name, t.Tensor));
        if (_added is not null)
        {
            all = all.Concat(_added.named_parameters().Select(p => ("adapters." + p.name, (Tensor)p.parameter)));
        }

        string segmenter = network.SegmentationDecoder is null ? "perception.decoder." : "segmentation_decoder.";
        return all.Where(t =>
                parts.Any(part =>
                    part switch
                    {
                        TrainedPart.Projectors => t.Name.StartsWith("visual_projector.", StringComparison.Ordinal)
                            || t.Name.StartsWith("text_projector.", StringComparison.Ordinal),
                        TrainedPart.Adapters => t.Name.StartsWith("adapters.", StringComparison.Ordinal),
                        TrainedPart.Vocabulary => t.Name is "language.token_embedding.weight" or "language.head.weight",
                        TrainedPart.Language => t.Name.StartsWith("language.", StringComparison.Ordinal),
                        TrainedPart.MaskDecoder => t.Name.StartsWith(segmenter, StringComparison.Ordinal),
                        _ => t.Name.StartsWith("perception.", StringComparison.Ordinal)
                            && t.Name != "perception.class_embeddings"
                            && !t.Name.Contains("clip_head", StringComparison.Ordinal),
                    }
                )
            )
            .Select(t => new TrainableParameter(t.Name, t.Tensor));
    }

    private StepLosses Losses(ConversationBatch samples, ulong seed)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(seed, CPU);
        TrainingBatch batch = samples.ToTensors(_model.Device);
        LossTerms terms = batch.Pictures is { } labelled
            ? _forward.Read(batch, labelled, random)
            : IsPretraining
                ? _forward.Pretrain(batch)
                : _forward.Tune(
                    batch,
                    (_, logits) => _recipe.Points.Draw(logits, random),
                    _recipe.HidePixels == 0 ? null : HidePixels
                );
        var values = new Dictionary<string, double> { ["text"] = terms.Language.item<float>() };
        if (IsPretraining || _recipe.Losses.Projector > 0)
        {
            values["projector"] = terms.Projector.item<float>();
        }

        if (!IsPretraining)
        {
            if (!_recipe.AsLabelled)
            {
                values["dice"] = terms.Dice.item<float>();
                values["mask"] = terms.MaskCrossEntropy.item<float>();
            }

            if (_recipe.Losses.GroundedAttention > 0)
            {
                values["attention"] = terms.GroundedAttention.item<float>();
            }
        }

        return new StepLosses(terms.Total().MoveToOuterDisposeScope(), values);

        bool HidePixels(int picture) => rand(1, generator: random).item<float>() < _recipe.HidePixels;
    }

    /// <summary>A conversation: some of the questions about a scene, in random order. A part of a photograph may show nothing
    /// that its labels name; then it is about the next picture.</summary>
    private ConversationSample Sample(long place)
    {
        for (int i = 0; i < MostSilent; i++)
        {
            TrainingScene scene = _source.Scene(_order.At(place + i));
            Random random = RandomSeed.Generator(_recipe.Seed, place, RandomSeed.Purpose.Prompts);
            IReadOnlyList<ConversationTurn> turns = scene.Choose(1 + random.Next(_recipe.Data.Turns), random);
            if (turns.Count > 0 && (scene.Objects.Count > 0 || !_recipe.AsLabelled))
            {
                return ConversationSample.Create(
                    scene,
                    turns,
                    _model.Network.Config.Template,
                    _tokenizer,
                    _recipe.Data.MaxTokens,
                    _recipe.Data.ApartShare == 0 ? null : () => random.NextDouble() < _recipe.Data.ApartShare
                );
            }
        }

        throw new OmgLlavaException($"There is no question about any of {MostSilent} pictures in a row.");
    }

    /// <summary>Dropout of the adapters is for training only.</summary>
    private void SetTraining(bool training) => Adapters?.train(training);
}
