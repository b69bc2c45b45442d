using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Torch;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Training.Stages;

/// <summary>The model that a stage trains, and the way back to a model directory.</summary>
internal sealed class StageModel : IDisposable
{
    private readonly string? _tokenizerFolder;

    private StageModel(OmgLlavaNetwork network, Device device, string? tokenizerFolder) =>
        (Network, Device, _tokenizerFolder) = (network, device, tokenizerFolder);

    public OmgLlavaNetwork Network { get; }

    public Device Device { get; }

    /// <summary>Opens the model that a recipe names, or makes the new one that it describes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="scenes">Gives a new model its classes.</param>
    /// <param name="device">Where the weights live.</param>
    /// <param name="vocabulary">Tokens of a new model's tokenizer, without the added ones; null for as many as its shape
    /// says.</param>
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
                shape = shape with
                {
                    Language = shape.Language with { VocabularySize = size },
                    EmbeddingRows = size + Language.Tokenizer.AddedTokens.Count - 1,
                };
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
        OmgLlavaConfig config = ModelDirectory.ReadConfig(recipe.Model);
        OmgLlavaConfig language = ModelDirectory.ReadConfig(languageFolder);
        if (language.Quantization is not null)
        {
            throw new OmgLlavaException(
                $"'{languageFolder}' is quantized, which cannot be trained; start from the model that it was made of."
            );
        }

        config = config with
        {
            Language = language.Language,
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
                    ClassScores = config.Alignment.ClassScores,
                    ColorScores = config.Alignment.ColorScores,
                },
            };
        }

        var network = new OmgLlavaNetwork(config, placement, placement);
        if (recipe.Projectors is not null)
        {
            NetworkInitialization.DrawProjectors(network, recipe.Seed);
        }

        using ITensorSource all = ModelDirectory.OpenWeights(recipe.Model);
        using ITensorSource words = ModelDirectory.OpenWeights(languageFolder);
        foreach ((string name, Tensor tensor) in network.Tensors())
        {
            bool isProjector = IsOf(name, "visual_projector.") || IsOf(name, "text_projector.");
            if (!isProjector || recipe.Projectors is null)
            {
                (IsOf(name, "language.") || IsOf(name, "adapters.") ? words : all).ReadInto(name, tensor);
            }
        }

        var model = new StageModel(network, device, languageFolder);
        if (recipe.LanguageModel is not null && config.Alignment.WordScores > 0)
        {
            ClassWords.Fill(network, model.Tokenizer());
        }

        return model;
    }

    /// <summary>The tokenizer of the model.</summary>
    /// <exception cref="OmgLlavaException">A new model has none yet.</exception>
    public Tokenizer Tokenizer() =>
        Language.Tokenizer.Load(
            _tokenizerFolder
                ?? throw new OmgLlavaException(
                    "A new model has no tokenizer yet; train the language stage first, with 'train_tokenizer'."
                )
        );

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

        Directory.CreateDirectory(folder);
        OmgLlavaConfig config = Network.Config with
        {
            Name = recipe.Name ?? OwnName(recipe),
            Lora = (adapters ?? Network.Adapters)?.Config,
        };
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
        SafetensorsWriter.WriteSharded(
            folder,
            [
                .. tensors.Select(t => new TensorInfo(
                    t.Key,
                    recipe.HalfPrecision ? ElementType.Float16 : t.Value.dtype.ToElement(),
                    t.Value.shape
                )),
            ],
            (info, bytes) =>
            {
                using Tensor values = tensors[info.Name].detach().to(info.DType.ToTorch()).cpu().contiguous();
                values.bytes.CopyTo(bytes);
            }
        );
        config.Save(Path.Combine(folder, ModelDirectory.ConfigName));
    }

    /// <summary>What was learnt from a person's own data is another model, and is called so.</summary>
    private string OwnName(Recipe recipe)
    {
        string name = Network.Config.Name;
        string run = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(recipe.Output)));
        return recipe.Data.Folder is null || recipe.Model is null || name.EndsWith($"-{run}", StringComparison.Ordinal)
            ? name
            : $"{name}-{run}";
    }

    public void Dispose() => Network.Dispose();

    private static bool IsOf(string name, string part) => name.StartsWith(part, StringComparison.Ordinal);

    /// <summary>A new model has the classes of its data.</summary>
    private static OmgLlavaConfig WithClasses(OmgLlavaConfig config, ISceneSource source) =>
        source.ClassNames.Count == 0
            ? config
            : config with
            {
                Perception = config.Perception with
                {
                    ThingClasses = source.Things,
                    StuffClasses = source.ClassNames.Count - source.Things,
                    ClassPrototypes = source.Words.Max(words => words.Count),
                },
                Alignment = config.Alignment with
                {
                    ClassScores = config.Perception.ClassScores ? source.ClassNames.Count : 0,
                    ColorScores = config.Perception.Colors ? ColorNames.All.Count : 0,
                },
                Classes = source.ClassNames,
            };
}
