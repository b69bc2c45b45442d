using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Packs the language model of a model directory for the C# engine. Adapters are merged first, everything else stays as it is.
/// Tensors are read, packed and written one by one, so that it takes the memory of the largest.
/// </summary>
internal static class ModelQuantizer
{
    /// <summary>Writes the model directory <paramref name="output"/> from another.</summary>
    /// <param name="directory">A model directory with plain weights.</param>
    /// <param name="output">Made if it does not exist; it must not hold a model.</param>
    /// <param name="quantization">The formats.</param>
    /// <param name="progress">Told the bytes written so far, of all that will be.</param>
    /// <param name="cancellation">Stops between tensors; no half-written file is left.</param>
    /// <exception cref="OmgLlavaException">The directory is damaged or quantized already, or a file cannot be
    /// written.</exception>
    public static void Write(
        string directory,
        string output,
        QuantizationConfig quantization,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        OmgLlavaConfig config = ReadPlain(directory);
        ITensorSource weights = ModelDirectory.OpenWeights(directory);
        using ITensorSource merged = config.Lora is null ? weights : new MergedTensors(weights, config.Lora);
        TensorAccount.Of(ModelTensors.Describe(config), weights.Tensors).ThrowIfWrong(directory);
        using var model = UnfinishedModel.Begin(output);
        TensorHashes hashes = Write(merged, config, quantization, directory, output, progress, cancellation);
        (ConversionRecord.Find(directory) ?? ConversionRecord.Unknown).With(hashes, output).Save(output);
        model.Finish();
    }

    /// <summary>The tensors that quantizing a model directory writes.</summary>
    public static IReadOnlyList<TensorInfo> Describe(string directory, QuantizationConfig quantization)
    {
        OmgLlavaConfig config = ReadPlain(directory);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        return Packed(config, weights.Tensors, quantization);
    }

    /// <summary>Packs tensors from wherever they come.</summary>
    /// <param name="source">All tensors, adapters merged.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="quantization">The formats.</param>
    /// <param name="tokenizer">A folder with the tokenizer.</param>
    /// <param name="output">The directory to write; its caller has begun it.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <returns>The hashes of what was written.</returns>
    internal static TensorHashes Write(
        ITensorSource source,
        OmgLlavaConfig config,
        QuantizationConfig quantization,
        string tokenizer,
        string output,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        long done = 0;
        var hashes = new TensorHashes();
        SafetensorsWriter.WriteSharded(
            output,
            Packed(config, source.Tensors, quantization),
            hashes.Watch(Fill),
            written: tensor =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(done += tensor.ByteCount);
            }
        );
        ModelDirectory.CopyTokenizer(tokenizer, output);
        ModelDirectory.CopyWords(tokenizer, output);
        (config with { Lora = null, Quantization = quantization }).Save(Path.Combine(output, ModelDirectory.ConfigName));
        return hashes;

        void Fill(TensorInfo info, Span<byte> bytes)
        {
            cancellation.ThrowIfCancellationRequested();
            TensorInfo plain = source.Describe(info.Name);
            if (plain.DType == info.DType && plain.Shape.SequenceEqual(info.Shape))
            {
                source.CopyTo(info.Name, bytes);
            }
            else if (info.DType == ElementType.Byte)
            {
                Pack(source, plain, WeightLayout.Of(quantization.FormatOf(info.Name["language.".Length..])), bytes);
            }
            else
            {
                using var stored = new AlignedMemory(plain.ByteCount);
                source.CopyTo(info.Name, stored.Bytes());
                ElementTypes.Convert(stored.Bytes(), plain.DType, bytes, info.DType);
            }
        }
    }

    private static unsafe void Pack(ITensorSource source, TensorInfo plain, WeightLayout layout, Span<byte> bytes)
    {
        using var memory = new AlignedMemory(plain.ByteCount);
        source.CopyTo(plain.Name, memory.Bytes());
        fixed (byte* target = bytes)
        {
            MatrixPacker.Pack(plain, memory.Bytes(), layout, target);
        }
    }

    private static TensorInfo[] Packed(
        OmgLlavaConfig config,
        IReadOnlyDictionary<string, TensorInfo> found,
        QuantizationConfig quantization
    )
    {
        const string Language = "language.";
        IReadOnlyList<TensorInfo> plain = [.. ModelTensors.Describe(config with { Lora = null, Quantization = null })];
        quantization.RequireMatches(
            plain
                .Where(info => info.Name.StartsWith(Language, StringComparison.Ordinal))
                .Select(info => info.Name[Language.Length..])
        );
        return [.. plain.Select(info => ModelTensors.Stored(info with { DType = found[info.Name].DType }, quantization))];
    }

    private static OmgLlavaConfig ReadPlain(string directory)
    {
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        return config.Quantization is null
            ? config
            : throw new OmgLlavaException(
                $"'{directory}' is quantized already ({config.Quantization}); quantize the directory that it was made of."
            );
    }
}
