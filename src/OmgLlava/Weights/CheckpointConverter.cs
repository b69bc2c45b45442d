using System.Text.Json;
using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Weights;

/// <summary>
/// Makes one model directory of the published files. Every tensor in them is accounted for before anything is written: each goes to its
/// place, or is a known leftover, or the conversion fails.
/// </summary>
public sealed class CheckpointConverter : IDisposable
{
    private readonly PublishedFiles _files;
    private readonly ConversionOptions _options;
    private readonly List<ITensorSource> _sources = [];
    private readonly Dictionary<string, (ITensorSource Source, string Published)> _places = [];
    private double _adapterScale;

    private CheckpointConverter(PublishedFiles files, ConversionOptions options) => (_files, _options) = (files, options);

    /// <summary>The configuration of the model.</summary>
    public OmgLlavaConfig Config { get; private set; } = new();

    /// <summary>The tensors of the model.</summary>
    public IReadOnlyList<TensorInfo> Output { get; private set; } = [];

    /// <summary>The tensors as they will be written: packed, where the conversion quantizes.</summary>
    public IEnumerable<TensorInfo> Written => Output.Select(info => OmgLlavaNetwork.Stored(info, _options.Quantization));

    /// <summary>Published tensors that are known to be of no use and are left out.</summary>
    public IReadOnlyList<string> Leftovers { get; private set; } = [];

    /// <summary>What does not fit; conversion needs this to be balanced.</summary>
    public TensorAccount Account { get; private set; } = new([], [], []);

    /// <summary>Opens the files and works out what goes where. Nothing is written.</summary>
    /// <exception cref="OmgLlavaException">A file is missing or damaged, or the files do not tell the model's shape.</exception>
    public static CheckpointConverter Open(PublishedFiles files, ConversionOptions? options = null)
    {
        TorchRuntime.Initialize();
        var converter = new CheckpointConverter(files, options ?? new ConversionOptions());
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
        Account.ThrowIfWrong(_files.Perception);
        Tokenizer.Load(_files.Language); // a missing or damaged one is refused before gigabytes are written
        if (_options.Quantization is { } quantization)
        {
            ModelQuantizer.Write(new ConvertedTensors(this), Config, quantization, _files.Language, folder, progress, cancellation);
            return;
        }

        ModelDirectory.Prepare(folder);
        long done = 0;
        SafetensorsWriter.WriteSharded(folder, Output, Fill, written: tensor =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(done += tensor.ByteCount);
        });
        ModelDirectory.CopyTokenizer(_files.Language, folder);
        Config.Save(Path.Combine(folder, ModelDirectory.ConfigName));
    }

    /// <inheritdoc/>
    public void Dispose() => _sources.ForEach(source => source.Dispose());

    private void Plan()
    {
        var leftovers = new List<string>();
        var unexpected = new List<string>();
        Take(_files.Perception, PublishedKeys.Perception);
        Take(_files.ClassEmbeddings, name => name.Length == 0 || name == "ov_class_embed" ? "perception.class_embeddings" : null);
        Take(_files.Language, PublishedKeys.Language);
        foreach (string path in _files.Alignment)
        {
            Take(path, PublishedKeys.Alignment);
        }

        var found = _places.ToDictionary(p => p.Key, p => p.Value.Source.Tensors[p.Value.Published]);
        Config = Infer(found);
        OmgLlavaConfig whole = Config;
        Config = Config with { Name = _options.Name, Lora = _options.KeepAdapters ? Config.Lora : null };
        var needed = OmgLlavaNetwork.Describe(whole).ToDictionary(info => info.Name);
        unexpected.AddRange(found.Keys.Where(name => !needed.ContainsKey(name)).Select(name => _places[name].Published));
        Account = new TensorAccount(
            [.. needed.Keys.Where(name => !found.ContainsKey(name))],
            unexpected,
            [.. needed.Values.Where(info => found.TryGetValue(info.Name, out TensorInfo? f) && !Fits(f, info))
                .Select(info => $"{_places[info.Name].Published} is {found[info.Name].ShapeText} instead of {info.ShapeText}")]);
        Leftovers = leftovers;
        _adapterScale = (whole.Lora?.Alpha ?? 0) / (whole.Lora?.Rank ?? 1);
        Output =
        [
            .. needed.Values.Where(info => _options.KeepAdapters || !info.Name.StartsWith("adapters.", StringComparison.Ordinal))
                .Select(info => info with { DType = OutputType(info.Name) }),
        ];

        void Take(string path, Func<string, string?> translate)
        {
            ITensorSource source = TensorSources.Open(path);
            _sources.Add(source);
            foreach (string published in source.Tensors.Keys)
            {
                if (translate(published) is { } ours)
                {
                    _places[ours] = (source, published);
                }
                else
                {
                    (PublishedKeys.IsLeftover(published) ? leftovers : unexpected).Add(published);
                }
            }
        }
    }

    private OmgLlavaConfig Infer(Dictionary<string, TensorInfo> found)
    {
        try
        {
            return PublishedShape.Infer(found, ReadLanguageConfig(), ReadOverrides());
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new OmgLlavaException($"'{_files.Overrides}' holds a value of the wrong kind: {error.Message}", error);
        }
    }

    /// <summary>Embedding and head may lack the rows of the added tokens, when no fine-tuned ones are given.</summary>
    private static bool Fits(TensorInfo found, TensorInfo needed) =>
        found.Shape.SequenceEqual(needed.Shape) || (IsVocabulary(needed.Name) && found.Shape[0] < needed.Shape[0] && found.Shape.Skip(1).SequenceEqual(needed.Shape.Skip(1)));

    private static bool IsVocabulary(string name) => name is "language.token_embedding.weight" or "language.head.weight";

    private ScalarType OutputType(string name) =>
        name.StartsWith("language.", StringComparison.Ordinal) || name.StartsWith("adapters.", StringComparison.Ordinal)
            ? _options.Quantization is null ? _options.LanguageType : ScalarType.Float32 // rounded once, to its last format
            : ScalarType.Float32;

    private void Fill(TensorInfo info, Span<byte> bytes)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        (ITensorSource source, string published) = _places[info.Name];
        Tensor value = source.Read(published);
        if (value.shape[0] < info.Shape[0])
        {
            value = cat([value, NewRows(info.Shape[0] - value.shape[0], value.shape[1])]);
        }

        if (!_options.KeepAdapters && AdapterOf(info.Name) is { } adapter && _places.ContainsKey($"{adapter}.a"))
        {
            Tensor a = Read($"{adapter}.a");
            Tensor b = Read($"{adapter}.b");
            value = value.to(float32).Add(b.matmul(a).Mul(_adapterScale)); // W + (alpha / r) B A
        }

        value = value.to(info.DType).contiguous();
        if (bytes.Length > 0)
        {
            value.bytes.CopyTo(bytes);
        }

        Tensor Read(string name) => _places[name].Source.Read(_places[name].Published).to(float32);
    }

    /// <summary>Rows for added tokens that were never trained, drawn as Hugging Face draws them.</summary>
    private static Tensor NewRows(long count, long width)
    {
        using var random = new Generator(0, CPU);
        return empty([count, width], float32).normal_(0, 0.02, random);
    }

    private static string? AdapterOf(string name) =>
        name.StartsWith("language.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)
            ? "adapters." + name["language.".Length..^".weight".Length]
            : null;

    /// <summary>What the conversion would write, tensor by tensor.</summary>
    private sealed class ConvertedTensors(CheckpointConverter converter) : ITensorSource
    {
        public string Path => converter._files.Language;

        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } = converter.Output.ToDictionary(info => info.Name);

        public void CopyTo(string name, Span<byte> destination) => converter.Fill(Tensors[name], destination);

        public void Dispose()
        {
        }
    }

    private LanguageConfig ReadLanguageConfig()
    {
        string path = Path.Combine(_files.Language, "config.json");
        return ReadJson(path, root => root.Deserialize<LanguageConfig>() ?? throw new JsonException("it is empty"));
    }

    private JsonElement? ReadOverrides() => _files.Overrides is null ? null : ReadJson(_files.Overrides, root => root.Clone());

    private static T ReadJson<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using FileStream file = TensorFiles.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(file);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new OmgLlavaException($"'{path}' is not a valid configuration: {error.Message}", error);
        }
    }
}
