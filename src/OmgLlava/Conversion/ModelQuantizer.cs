using System.Runtime.InteropServices;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Packs the language model of a model directory for the C# engine, its adapters merged first, and rounds the large matrices of
/// perception and projectors to 8 or 6 bits (<see cref="ScaledRows"/>); either alone, too. Tensors are read, packed and written
/// one by one, so that it takes the memory of the largest.
/// </summary>
internal static class ModelQuantizer
{
    private const string Language = "language.";

    /// <summary>Writes the model directory <paramref name="output"/> from another.</summary>
    /// <param name="directory">A model directory with plain weights.</param>
    /// <param name="output">Made if it does not exist; it must not hold a model.</param>
    /// <param name="quantization">The formats of the language model; null leaves it, and its adapters, as they are.</param>
    /// <param name="perception">What all else is rounded to; null leaves it as it is.</param>
    /// <param name="rows">What the language model is rounded to where it is not packed.</param>
    /// <param name="progress">Told the bytes written so far, of all that will be.</param>
    /// <param name="cancellation">Stops between tensors; no half-written file is left.</param>
    /// <exception cref="OmgLlavaException">The directory is damaged or quantized already, or a file cannot be
    /// written.</exception>
    public static void Write(
        string directory,
        string output,
        QuantizationConfig? quantization,
        RowFormat? perception = null,
        RowFormat? rows = null,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        OmgLlavaConfig config = ReadConfig(directory, quantization);
        ITensorSource weights = ModelDirectory.OpenWeights(directory);
        using ITensorSource merged =
            config.Lora is null || quantization is null ? weights : new MergedTensors(weights, config.Lora);
        TensorAccount.Of(ModelTensors.Describe(config), weights.Tensors).ThrowIfWrong(directory);
        using var model = UnfinishedModel.Begin(output);
        TensorHashes hashes = Write(merged, config, quantization, perception, rows, directory, output, progress, cancellation);
        (ConversionRecord.Find(directory) ?? ConversionRecord.Unknown).With(hashes, output).Save(output);
        model.Finish();
    }

    /// <summary>The tensors that quantizing a model directory writes.</summary>
    public static IReadOnlyList<TensorInfo> Describe(
        string directory,
        QuantizationConfig? quantization,
        RowFormat? perception = null,
        RowFormat? rows = null
    )
    {
        OmgLlavaConfig config = ReadConfig(directory, quantization);
        using ITensorSource weights = ModelDirectory.OpenWeights(directory);
        return Packed(config, weights, quantization, perception, rows);
    }

    /// <summary>Packs tensors from wherever they come.</summary>
    /// <param name="source">All tensors, adapters merged where the language model is packed.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="quantization">The formats of the language model; null leaves it as it is.</param>
    /// <param name="perception">What all else is rounded to; null leaves it as it is.</param>
    /// <param name="rows">What the language model is rounded to where it is not packed.</param>
    /// <param name="tokenizer">A folder with the tokenizer.</param>
    /// <param name="output">The directory to write; its caller has begun it.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <returns>The hashes of what was written.</returns>
    internal static TensorHashes Write(
        ITensorSource source,
        OmgLlavaConfig config,
        QuantizationConfig? quantization,
        RowFormat? perception,
        RowFormat? rows,
        string tokenizer,
        string output,
        IProgress<long>? progress,
        CancellationToken cancellation
    )
    {
        long done = 0;
        var hashes = new TensorHashes();
        TensorFiller plainly = hashes.Watch(Fill);
        float[] scales = [];
        SafetensorsWriter.WriteSharded(
            output,
            Packed(config, source, quantization, perception, rows),
            (info, bytes) =>
            {
                cancellation.ThrowIfCancellationRequested();
                if (!source.Tensors.TryGetValue(info.Name, out TensorInfo? plain))
                {
                    MemoryMarshal.AsBytes(scales.AsSpan()).CopyTo(bytes); // they follow their numbers
                }
                else if (info.DType == ElementType.Int8 && plain.DType != ElementType.Int8)
                {
                    scales = Round(source, plain, bytes, IsLanguage(info) ? rows : perception, hashes);
                }
                else
                {
                    plainly(info, bytes);
                }
            },
            written: tensor =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(done += tensor.ByteCount);
            }
        );
        ModelDirectory.CopyTokenizer(tokenizer, output);
        ModelDirectory.CopyWords(tokenizer, output);
        OmgLlavaConfig written = quantization is null ? config : config with { Lora = null, Quantization = quantization };
        written.Save(Path.Combine(output, ModelDirectory.ConfigName));
        return hashes;

        void Fill(TensorInfo info, Span<byte> bytes)
        {
            TensorInfo plain = source.Describe(info.Name);
            if (plain.DType == info.DType && plain.Shape.SequenceEqual(info.Shape))
            {
                source.CopyTo(info.Name, bytes);
            }
            else if (info.DType == ElementType.Byte)
            {
                Pack(source, plain, WeightLayout.Of(quantization!.FormatOf(info.Name["language.".Length..])), bytes);
            }
            else
            {
                using var stored = new AlignedMemory(plain.ByteCount);
                source.CopyTo(info.Name, stored.Bytes());
                ElementTypes.Convert(stored.Bytes(), plain.DType, bytes, info.DType);
            }
        }
    }

    /// <summary>Rounds a matrix, or keeps it as it was rounded before; its hash is that of the numbers which readers will be
    /// given.</summary>
    /// <returns>The scales.</returns>
    private static float[] Round(
        ITensorSource source,
        TensorInfo plain,
        Span<byte> numbers,
        RowFormat? format,
        TensorHashes hashes
    )
    {
        using var stored = new AlignedMemory(plain.ByteCount);
        source.CopyTo(plain.Name, stored.Bytes());
        float[] values = new float[plain.ElementCount];
        ElementTypes.ToSingle(stored.Bytes(), plain.DType, values);
        float[] scales = new float[plain.Shape[0]];
        Span<sbyte> whole = MemoryMarshal.Cast<byte, sbyte>(numbers);
        if (!ScaledRows.Round(values, whole, scales, format ?? ScaledRows.FormatOf(values, scales.Length)))
        {
            throw new OmgLlavaException(
                $"The weight '{plain.Name}' holds numbers that are not finite; the checkpoint is damaged."
            );
        }

        ScaledRows.Restore(numbers, scales, values);
        hashes.Note(plain.Name, MemoryMarshal.AsBytes(values.AsSpan()));
        return scales;
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
        ITensorSource source,
        QuantizationConfig? quantization,
        RowFormat? perception,
        RowFormat? rows
    )
    {
        IReadOnlyList<TensorInfo> plain =
        [
            .. ModelTensors.Describe(quantization is null ? config : config with { Lora = null, Quantization = null }),
        ];
        quantization?.RequireMatches(
            plain
                .Where(IsLanguage)
                .Select(info => info.Name[Language.Length..])
        );
        return
        [
            .. plain
                .Select(info => ModelTensors.Stored(info with { DType = source.Tensors[info.Name].DType }, quantization))
                .SelectMany(info => IsRounded(info) && ScaledRows.Suit(info) ? Scaled(info) : [info]),
        ];

        // what was rounded before stays so
        bool IsRounded(TensorInfo info) =>
            !info.Name.StartsWith("adapters.", StringComparison.Ordinal)
            && (quantization is null || !IsLanguage(info))
            && ((IsLanguage(info) ? rows : perception) is not null || source.StoredType(info.Name) == ElementType.Int8);

        static TensorInfo[] Scaled(TensorInfo info)
        {
            (TensorInfo numbers, TensorInfo scales) = ScaledRows.Describe(info);
            return [numbers, scales];
        }
    }

    private static bool IsLanguage(TensorInfo info) => info.Name.StartsWith(Language, StringComparison.Ordinal);

    private static OmgLlavaConfig ReadConfig(string directory, QuantizationConfig? quantization)
    {
        OmgLlavaConfig config = ModelDirectory.ReadConfig(directory);
        return config.Quantization is null || quantization is null
            ? config
            : throw new OmgLlavaException(
                $"'{directory}' is quantized already ({config.Quantization}); quantize the directory that it was made of."
            );
    }
}
