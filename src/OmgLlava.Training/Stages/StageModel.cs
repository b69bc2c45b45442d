using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>The model that a stage trains, and the way back to a model directory.</summary>
internal sealed class StageModel : IDisposable
{
    private const string AddedDecoder = "segmentation_decoder.";
    private const string AddedDetail = "perception.mask_detail.";
    private const int AddedDetailChannels = 32;

    private readonly string? _tokenizerFolder;

    private StageModel(OmgLlavaNetwork network, Device device, string? tokenizerFolder) => (Network, Device, _tokenizerFolder) = (network, device, tokenizerFolder);

    public OmgLlavaNetwork Network { get; }

    public Device Device { get; }

    /// <summary>Opens the model that a recipe names, or makes the new one that it describes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="scenes">Gives a new model its classes.</param>
    /// <param name="device">Where the weights live.</param>
    /// <param name="vocabulary">Tokens of a new model's tokenizer, without the added ones; null for as many as its shape says.</param>
    /// <exception cref="OmgLlavaException">A directory is missing or damaged.</exception>
    public static StageModel Open(Recipe recipe, ISceneSource scenes, Device device, int? vocabulary = null)
    {
        var placement = new Placement(recipe.ComputeType, device);
        if (recipe.Model is null)
        {
            OmgLlavaConfig shape = WithClasses(OmgLlavaConfig.Load(recipe.Shape!), scenes);
            if (vocabulary is { } size)
            {
                // <mark> has no row: it is never generated.
                shape = shape with { Language = shape.Language with { VocabularySize = size }, EmbeddingRows = size + Language.Tokenizer.AddedTokens.Count - 1 };
            }

            var fresh = new OmgLlavaNetwork(shape, placement, placement);
            NetworkInitialization.Draw(fresh, recipe.Seed);
            if (recipe.Encoder is { } encoder)
            {
                NetworkInitialization.ReadEncoder(fresh, encoder);
            }

            return new StageModel(fresh, device, tokenizerFolder: null);
        }

        string languageFolder = recipe.LanguageModel ?? recipe.Model;
        string perceptionFolder = recipe.PerceptionModel ?? recipe.Model;
        OmgLlavaConfig config = ModelDirectory.ReadConfig(recipe.Model);
        OmgLlavaConfig language = ModelDirectory.ReadConfig(languageFolder);
        OmgLlavaConfig seeing = ModelDirectory.ReadConfig(perceptionFolder);
        if (language.Quantization is not null)
        {
            throw new OmgLlavaException($"'{languageFolder}' is quantized, which cannot be trained; start from the model that it was made of.");
        }

        bool inserted = recipe.Add.Contains(AddedPart.LanguageLayers);
        if (inserted && language.Lora is not null)
        {
            throw new OmgLlavaException($"'{languageFolder}' has adapters beside its weights, which cannot follow when layers are added; train it with 'merge_adapters' first.");
        }

        config = config with
        {
            Image = seeing.Image with { Size = recipe.ImageSize ?? seeing.Image.Size },
            Perception = seeing.Perception with
            {
                ObjectCellStride = recipe.ObjectCellStride ?? seeing.Perception.ObjectCellStride,
                DistinctObjects = seeing.Perception.DistinctObjects || recipe.Add.Contains(AddedPart.DistinctObjects),
                MaskPlaces = seeing.Perception.MaskPlaces || recipe.Add.Contains(AddedPart.MaskPlaces),
                PromptPlaces = seeing.Perception.PromptPlaces || recipe.Add.Contains(AddedPart.PromptPlaces),
                MaskDetailChannels = seeing.Perception.MaskDetailChannels == 0 && recipe.Add.Contains(AddedPart.MaskDetail)
                    ? AddedDetailChannels
                    : seeing.Perception.MaskDetailChannels,
            },
            Classes = seeing.Classes,
            Language = inserted ? language.Language with { Layers = language.Language.Layers + InsertedLayers.Count } : language.Language,
            EmbeddingRows = language.EmbeddingRows,
            Lora = language.Lora,
            Alignment = config.Alignment with { LanguageWidth = language.Language.HiddenSize },
        };
        if (recipe.Projectors is { } form)
        {
            config = config with
            {
                Perception = config.Perception with { Prior = form.Prior, PixelShuffleRatio = form.PixelShuffleRatio },
                Alignment = form with
                {
                    QueryChannels = config.Alignment.QueryChannels,
                    ImageChannels = config.Alignment.ImageChannels,
                    LanguageWidth = config.Language.HiddenSize,
                },
            };
        }

        config = config with
        {
            Alignment = config.Alignment with
            {
                TokenPlaces = config.Alignment.TokenPlaces || recipe.Add.Contains(AddedPart.TokenPlaces),
                SortedObjects = config.Alignment.SortedObjects || recipe.Add.Contains(AddedPart.SortedObjects),
                SeparateMaskDecoder = config.Alignment.SeparateMaskDecoder || recipe.Add.Contains(AddedPart.MaskDecoder),
            },
        };
        var network = new OmgLlavaNetwork(config, placement, placement);
        if (recipe.Projectors is not null)
        {
            NetworkInitialization.DrawProjectors(network, recipe.Seed);
        }

        NetworkInitialization.DrawMaskDetail(network, recipe.Seed); // read over below where there is one already
        using ITensorSource all = ModelDirectory.OpenWeights(recipe.Model);
        using ITensorSource words = ModelDirectory.OpenWeights(languageFolder);
        using ITensorSource sight = ModelDirectory.OpenWeights(perceptionFolder);
        foreach ((string name, Tensor tensor) in network.Tensors())
        {
            bool isProjector = IsOf(name, "visual_projector.") || IsOf(name, "text_projector.");
            if (isProjector && recipe.Projectors is not null)
            {
                continue;
            }

            ITensorSource source = IsOf(name, "language.") || IsOf(name, "adapters.") ? words : IsOf(name, "perception.") ? sight : all;
            bool added = !source.Tensors.ContainsKey(name);
            if (added && recipe.Add.Contains(AddedPart.MaskPlaces) && IsOf(name, "perception.value_places."))
            {
                NetworkInitialization.DrawValuePlaces(tensor, recipe.Seed);
            }
            else if (added && recipe.Add.Contains(AddedPart.MaskDetail) && IsOf(name, AddedDetail))
            {
                continue; // drawn
            }
            else if (added && recipe.Add.Any(part => IsSilent(part, name)))
            {
                NetworkInitialization.Silence(tensor);
            }
            else if (recipe.Add.Contains(AddedPart.MaskDecoder) && IsOf(name, AddedDecoder))
            {
                sight.ReadInto("perception.decoder." + name[AddedDecoder.Length..], tensor);
            }
            else if (inserted && InsertedLayers.Source(name, language.Language.Layers) is var (from, silent))
            {
                source.ReadInto(from, tensor);
                if (silent)
                {
                    NetworkInitialization.Silence(tensor);
                }
            }
            else
            {
                source.ReadInto(name, tensor);
            }
        }

        return new StageModel(network, device, languageFolder);
    }

    /// <summary>The tokenizer of the model.</summary>
    /// <exception cref="OmgLlavaException">A new model has none yet.</exception>
    public Tokenizer Tokenizer() => Language.Tokenizer.Load(
        _tokenizerFolder ?? throw new OmgLlavaException("A new model has no tokenizer yet; train the language stage first, with 'train_tokenizer'."));

    /// <summary>Writes a model directory, each file whole or not at all.</summary>
    /// <param name="folder">Made if it does not exist; files of an earlier model in it are replaced.</param>
    /// <param name="recipe">Gives the model's name.</param>
    /// <param name="tokenizerFolder">A folder with another tokenizer than the model's; null for that one.</param>
    /// <param name="adapters">Adapters to keep apart from the weights; null for none, or for those of the network.</param>
    public void Save(string folder, Recipe recipe, string? tokenizerFolder = null, LoraAdapters? adapters = null)
    {
        var tensors = Network.Tensors().ToDictionary(t => t.Name, t => t.Tensor);
        foreach (var (name, parameter) in adapters?.named_parameters() ?? [])
        {
            tensors["adapters." + name] = parameter;
        }

        Save(folder, recipe, tokenizerFolder, adapters, tensors);
    }

    /// <summary>Writes the mean of this model and the one it was trained from, with the recipe's share of the latter.</summary>
    /// <param name="folder">As of <see cref="Save(string, Recipe, string?, LoraAdapters?)"/>.</param>
    /// <param name="recipe">Gives the share, and the model's name.</param>
    /// <param name="start">The model as the recipe opened it.</param>
    public void SaveMean(string folder, Recipe recipe, StageModel start)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var old = start.Network.Tensors().ToDictionary(t => t.Name, t => t.Tensor);
        var means = Network.Tensors().ToDictionary(t => t.Name, t => t.Tensor.Mul(1 - recipe.Keep).Add(old[t.Name].Mul(recipe.Keep)));
        Save(folder, recipe, tokenizerFolder: null, adapters: null, means);
    }

    /// <summary>What was learnt from a person's own data is another model, and is called so.</summary>
    private string OwnName(Recipe recipe)
    {
        string name = Network.Config.Name;
        string run = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(recipe.Output)));
        return recipe.Data.Folder is null || recipe.Model is null || name.EndsWith($"-{run}", StringComparison.Ordinal) ? name : $"{name}-{run}";
    }

    private void Save(string folder, Recipe recipe, string? tokenizerFolder, LoraAdapters? adapters, Dictionary<string, Tensor> tensors)
    {
        Directory.CreateDirectory(folder);
        OmgLlavaConfig config = Network.Config with { Name = recipe.Name ?? OwnName(recipe), Lora = (adapters ?? Network.Adapters)?.Config };
        string? from = tokenizerFolder ?? _tokenizerFolder;
        if (from is null)
        {
            MadeUpVocabulary.Write(folder, config.Language.VocabularySize);
        }
        else
        {
            ModelDirectory.CopyTokenizer(from, folder);
        }

        using var noGradient = no_grad();
        SafetensorsWriter.WriteSharded(folder, [.. tensors.Select(t => new TensorInfo(t.Key, recipe.HalfPrecision ? ScalarType.Float16 : t.Value.dtype, t.Value.shape))], (info, bytes) =>
        {
            using Tensor values = tensors[info.Name].detach().to(info.DType).cpu().contiguous();
            values.bytes.CopyTo(bytes);
        });
        config.Save(Path.Combine(folder, ModelDirectory.ConfigName));
    }

    public void Dispose() => Network.Dispose();

    /// <summary>Whether a tensor is of a part that is added, and says nothing before it has learnt.</summary>
    private static bool IsSilent(AddedPart part, string name) => part switch
    {
        AddedPart.TokenPlaces => IsOf(name, "visual_projector.places."),
        AddedPart.MaskPlaces => name.Contains(".place_embedding.", StringComparison.Ordinal),
        AddedPart.MaskDetail => name.Contains(".detail_embedding.", StringComparison.Ordinal),
        AddedPart.PromptPlaces => IsOf(name, "perception.prompts.places."),
        _ => false,
    };

    private static bool IsOf(string name, string part) => name.StartsWith(part, StringComparison.Ordinal);

    /// <summary>A new model has the classes of its data.</summary>
    private static OmgLlavaConfig WithClasses(OmgLlavaConfig config, ISceneSource source) => source.ClassNames.Count == 0 ? config : config with
    {
        Perception = config.Perception with
        {
            ThingClasses = source.Things,
            StuffClasses = source.ClassNames.Count - source.Things,
            ClassPrototypes = source.Words.Max(words => words.Count),
        },
        Classes = source.ClassNames,
    };
}
