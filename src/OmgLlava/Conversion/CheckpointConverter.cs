using System.Text.Json;
using System.Text.RegularExpressions;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Makes one model directory of the published files. What each file holds decides what it is for. Every tensor is accounted for
/// before anything is written: each goes to its place, or is a known leftover, or the conversion fails.
/// </summary>
internal sealed partial class CheckpointConverter : IDisposable
{
    private readonly PublishedFiles _files;
    private readonly ConversionOptions _options;
    private readonly SourceFinder _found;
    private TensorClaims _claims = new();
    private string _languageFolder = "";
    private Tokenizer? _tokenizer;
    private TensorComposer? _composer;

    private CheckpointConverter(PublishedFiles files, ConversionOptions options, SourceFinder found) =>
        (_files, _options, _found) = (files, options, found);

    /// <summary>The configuration of the model.</summary>
    public OmgLlavaConfig Config { get; private set; } = new();

    /// <summary>The tensors of the model.</summary>
    public IReadOnlyList<TensorInfo> Output { get; private set; } = [];

    /// <summary>The tensors as they will be written: packed, where the conversion quantizes.</summary>
    public IEnumerable<TensorInfo> Written => Output.Select(info => ModelTensors.Stored(info, _options.Quantization));

    /// <summary>Where every published tensor goes; conversion needs this to be balanced.</summary>
    public ConversionAccount Account { get; private set; } = new();

    /// <summary>Opens the files and works out what goes where. Nothing is written.</summary>
    /// <exception cref="OmgLlavaException">A file is missing, damaged or no checkpoint, a part is missing altogether, or two
    /// files contradict each other.</exception>
    public static CheckpointConverter Open(PublishedFiles files, ConversionOptions? options = null)
    {
        options ??= new ConversionOptions();
        var converter = new CheckpointConverter(files, options, SourceFinder.Open(files.Paths, options.Task));
        try
        {
            converter.Plan();
            return converter;
        }
        catch
        {
            converter.Dispose();
            throw;
        }
    }

    /// <summary>Writes the model directory.</summary>
    /// <param name="folder">Made if it does not exist; it must not hold a model.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellation">Stops between tensors; no half-written file is left.</param>
    /// <exception cref="OmgLlavaException">The account does not balance, or a file cannot be written.</exception>
    public void Write(string folder, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        Account.ThrowIfWrong();
        using var model = UnfinishedModel.Begin(folder);
        TensorHashes hashes;
        if (_options.Quantization is { } quantization)
        {
            hashes = ModelQuantizer.Write(
                new ConvertedTensors(this),
                Config,
                quantization,
                perception: null,
                rows: null,
                _languageFolder,
                folder,
                progress,
                cancellation
            );
        }
        else
        {
            long done = 0;
            hashes = new TensorHashes();
            SafetensorsWriter.WriteSharded(
                folder,
                Output,
                hashes.Watch(_composer!.Fill),
                written: tensor =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Report(done += tensor.ByteCount);
                }
            );
            ModelDirectory.CopyTokenizer(_languageFolder, folder);
            Config.Save(Path.Combine(folder, ModelDirectory.ConfigName));
        }

        SpecialTokens.Complete(folder, _tokenizer!.Special.Values.Where(token => !Tokenizer.AddedTokens.Contains(token.Text)));
        ConversionRecord.Of(Account).With(hashes, folder).Save(folder);
        model.Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => _found.Dispose();

    private void Plan()
    {
        PackedWeights.Refuse(_found.Sources);
        _claims = TensorClaims.Of(_found.Sources, _options.Ignore);
        RequireParts();
        _languageFolder = FindLanguageFolder();
        _tokenizer = Tokenizer.Load(_languageFolder);
        (LanguageFamily family, LanguageConfig language) = PublishedLanguageConfig.Read(_languageFolder);
        ChatTemplate template = family.Template(_tokenizer);
        RequireTokens(_tokenizer, template);
        int rows = VocabularyRows.Decide(_claims.Winners, _tokenizer, language.VocabularySize);
        var found = _claims.Winners.ToDictionary(
            p => p.Key,
            p => VocabularyRows.Has(p.Key) ? Cut(p.Value.Info, rows) : p.Value.Info
        );
        OmgLlavaConfig whole = Infer(found, language, rows) with { Template = template };
        Config = whole with { Name = _options.Name, Lora = _options.KeepAdapters ? whole.Lora : null };
        var needed = ModelTensors.Describe(whole).ToDictionary(info => info.Name);
        Account = Compare(needed, found);
        _composer = new TensorComposer(
            _claims.Winners,
            (whole.Lora?.Alpha ?? 0) / (whole.Lora?.Rank ?? 1),
            merge: !_options.KeepAdapters
        );
        Output =
        [
            .. needed
                .Values.Where(info => _options.KeepAdapters || !info.Name.StartsWith("adapters.", StringComparison.Ordinal))
                .Select(info => info with { DType = OutputType(info.Name) }),
        ];
    }

    private static TensorInfo Cut(TensorInfo info, int rows) =>
        info.Shape.Count == 2 && info.Shape[0] > rows ? info with { Shape = [rows, info.Shape[1]] } : info;

    /// <summary>Says what is missing altogether, by the name that people know it by.</summary>
    private void RequireParts()
    {
        (PublishedPart Part, string Tensor)[] signs =
        [
            (PublishedPart.Perception, "perception."),
            (PublishedPart.Backbone, "perception.image_encoder."),
            (PublishedPart.ClassEmbeddings, "perception.class_embeddings"),
            (PublishedPart.Language, "language.layers."),
            (PublishedPart.Alignment, "visual_projector."),
        ];
        string[] missing =
        [
            .. signs
                .Where(sign =>
                    !_claims.Winners.Keys.Any(name =>
                        name.StartsWith(sign.Tensor, StringComparison.Ordinal) && PublishedParts.Of(name) == sign.Part
                    )
                )
                .Select(sign => sign.Part.Describe())
                .Select(part => $"{part.File} (give it with {part.Option})"),
        ];
        if (missing.Length > 0)
        {
            ConversionEntry? other = _claims.Unknown.Find(entry => OpenClipKeys.IsOtherEncoder(entry.Name));
            string hint = other is null ? "" : $" '{other.File}' is a CLIP with another image encoder than ConvNeXt.";
            throw new OmgLlavaException($"None of the files holds {string.Join(", nor ", missing)}.{hint}");
        }
    }

    /// <summary>The folder with the language model's configuration and tokenizer: that of its weights, or the only one there
    /// is.</summary>
    private string FindLanguageFolder()
    {
        string own = _claims
            .Winners.First(winner => winner.Key.StartsWith("language.layers.", StringComparison.Ordinal))
            .Value.Source.Folder;
        string[] whole =
        [
            .. _found.Folders.Where(folder => TokenizerFiles.AreIn(folder) && File.Exists(Path.Combine(folder, "config.json"))),
        ];
        return whole.Contains(own) || whole.Length == 0 ? own
            : whole.Length == 1 ? whole[0]
            : throw new OmgLlavaException(
                $"The weights of the language model in '{own}' have no tokenizer beside them, and several folders have one "
                    + $"({string.Join(", ", whole)})."
            );
    }

    /// <summary>Every control token of a conversation must be one id; read as plain characters it would mean nothing.</summary>
    private void RequireTokens(Tokenizer tokenizer, ChatTemplate template)
    {
        IEnumerable<string> controls = ControlToken()
            .Matches(template.System + template.Instruction + template.TurnEnd)
            .Select(match => match.Value);
        string? missing = controls
            .Prepend(template.Begin)
            .FirstOrDefault(token => token.Length > 0 && tokenizer.Find(token) is null);
        if (missing is not null)
        {
            throw new OmgLlavaException(
                $"The tokenizer in '{_languageFolder}' has no token '{missing}'; its tokenizer_config.json is too old or of "
                    + $"another model: download the tokenizer files of the language model again."
            );
        }
    }

    [GeneratedRegex(@"<\|\w+\|>", RegexOptions.CultureInvariant)]
    private static partial Regex ControlToken();

    private OmgLlavaConfig Infer(Dictionary<string, TensorInfo> found, LanguageConfig language, int rows)
    {
        // a merged model may count rows that fill up a multiple
        language = language with
        {
            VocabularySize = Math.Min(language.VocabularySize, rows),
        };
        JsonElement? overrides = _files.Overrides is null ? null : JsonFile.Read(_files.Overrides, root => root.Clone());
        PeftConfig? adapter = _claims
            .Winners.FirstOrDefault(winner => winner.Key.StartsWith("adapters.", StringComparison.Ordinal))
            .Value?.Source.Adapter;
        try
        {
            return PublishedShape.Infer(found, language, overrides, adapter) with { EmbeddingRows = rows };
        }
        catch (KeyNotFoundException error)
        {
            throw new OmgLlavaException(
                $"'{HolderOf(error.Message)}' lacks the tensor '{error.Message}' (by our name), without which the model's "
                    + $"shape cannot be told; is it the whole checkpoint?",
                error
            );
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new OmgLlavaException($"'{_files.Overrides}' holds a value of the wrong kind: {error.Message}", error);
        }
    }

    private ConversionAccount Compare(Dictionary<string, TensorInfo> needed, Dictionary<string, TensorInfo> found)
    {
        TensorClaim[] unneeded =
        [
            .. _claims.Winners.Where(winner => !needed.ContainsKey(winner.Key)).Select(winner => winner.Value),
        ];
        return new ConversionAccount
        {
            Used = _claims
                .Winners.Where(winner => needed.ContainsKey(winner.Key))
                .GroupBy(winner => winner.Value.File)
                .ToDictionary(file => file.Key, file => file.Count()),
            Leftovers = _claims.Leftovers,
            Replaced = _claims.Replaced,
            Ignored = _claims.Ignored,
            Strangers = _claims.Strangers,
            Unknown =
            [
                .. _claims.Unknown,
                .. unneeded.Select(claim => new ConversionEntry(claim.File, claim.Published, claim.Info.ShapeText)),
            ],
            Missing =
            [
                .. needed
                    .Values.Where(info => !found.ContainsKey(info.Name))
                    .Select(info => new ConversionEntry(HolderOf(info.Name), info.Name, info.ShapeText)),
            ],
            Misshapen =
            [
                .. needed
                    .Values.Where(info => found.TryGetValue(info.Name, out TensorInfo? held) && !Fits(held, info))
                    .Select(info => new ConversionEntry(
                        _claims.Winners[info.Name].File,
                        _claims.Winners[info.Name].Published,
                        Misfit(found[info.Name], info)
                    )),
            ],
        };
    }

    private static bool Fits(TensorInfo held, TensorInfo needed) =>
        held.Shape.SequenceEqual(needed.Shape) && Formats.ElementTypes.IsFloat(held.DType);

    private static string Misfit(TensorInfo held, TensorInfo needed) =>
        Formats.ElementTypes.IsFloat(held.DType)
            ? $"{held.ShapeText} instead of {needed.ShapeText}"
            : $"whole numbers ({held.DType}) instead of fractions";

    /// <summary>The file that should have held a tensor: the one that holds its neighbours, or what people call it.</summary>
    private string HolderOf(string ours)
    {
        PublishedPart part = PublishedParts.Of(ours);
        string? neighbour = _claims
            .Winners.Where(winner => PublishedParts.Of(winner.Key) == part)
            .OrderByDescending(winner => winner.Key.Zip(ours).TakeWhile(pair => pair.First == pair.Second).Count())
            .Select(winner => winner.Value.File)
            .FirstOrDefault();
        return neighbour ?? part.Describe().File;
    }

    private ElementType OutputType(string name) =>
        name.StartsWith("language.", StringComparison.Ordinal) || name.StartsWith("adapters.", StringComparison.Ordinal)
            ? _options.Quantization is null
                ? _options.LanguageType
                : ElementType.Float32 // rounded once, to its last format
            : ElementType.Float32;

    /// <summary>What the conversion would write, tensor by tensor.</summary>
    private sealed class ConvertedTensors(CheckpointConverter converter) : ITensorSource
    {
        public string Path => converter._languageFolder;

        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } = converter.Output.ToDictionary(info => info.Name);

        public void CopyTo(string name, Span<byte> destination) => converter._composer!.Fill(Tensors[name], destination);

        public void Dispose() { }
    }
}
