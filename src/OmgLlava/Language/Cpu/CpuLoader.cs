using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Language.Cpu;

/// <summary>Reads the weights of <see cref="CpuLanguageModel"/>, checking each tensor against what the configuration
/// says.</summary>
internal sealed unsafe class CpuLoader(
    ITensorSource source,
    string prefix,
    QuantizationConfig? quantization,
    CpuOptions options,
    IProgress<long>? progress,
    CancellationToken cancellation
)
{
    private const string EmbeddingName = "token_embedding.weight";

    private readonly List<IDisposable> _read = [];
    private KernelChoice _kernels = KernelChoice.Only(InstructionSet.Portable);
    private long _done;

    public CpuLanguageModel Load(LanguageConfig config, int embeddingRows)
    {
        _kernels = KernelSelection.Choose(options);
        try
        {
            int width = config.HiddenSize;
            ITokenEmbedding embedding = OpenEmbedding(config, embeddingRows);
            var layers = new List<CpuLayer>();
            for (int i = 0; i < config.Layers; i++)
            {
                string layer = $"layers.{i}.";
                layers.Add(
                    new CpuLayer(
                        ReadVector(layer + "attention_norm.weight", width),
                        ReadMatrix(layer + "attention.wqkv.weight", config.FusedWidth, width, config.HasQueryKeyValueBias),
                        ReadMatrix(layer + "attention.wo.weight", width, config.AttentionWidth, config.HasOutputBias),
                        ReadVector(layer + "feed_forward_norm.weight", width),
                        ReadMatrix(layer + "feed_forward.w1.weight", config.FeedForwardSize, width),
                        ReadMatrix(layer + "feed_forward.w3.weight", config.FeedForwardSize, width),
                        ReadMatrix(layer + "feed_forward.w2.weight", width, config.FeedForwardSize)
                    )
                );
            }

            Matrix head = config.TieWordEmbeddings ? (Matrix)embedding : ReadMatrix("head.weight", embeddingRows, width);
            return new CpuLanguageModel(config, options, embedding, layers, ReadVector("norm.weight", width), head);
        }
        catch
        {
            _read.ForEach(memory => memory.Dispose());
            throw;
        }
    }

    /// <summary>Whether a tensor stays in its file: a token embedding that is packed, and that the head does not
    /// multiply.</summary>
    public static bool StaysInFile(TensorInfo info, LanguageConfig config) =>
        !config.TieWordEmbeddings
        && info.DType == ElementType.Byte
        && info.Name.EndsWith(EmbeddingName, StringComparison.Ordinal);

    private ITokenEmbedding OpenEmbedding(LanguageConfig config, int rows)
    {
        TensorInfo info = Describe(EmbeddingName);
        if (!StaysInFile(info, config) || source.PlaceOf(info.Name) is not { } place)
        {
            return ReadMatrix(EmbeddingName, rows, config.HiddenSize);
        }

        WeightFormat format = FormatOf(EmbeddingName, info);
        RequirePacked(info, MatrixPacker.Describe(info.Name, format, rows, config.HiddenSize), format);
        var embedding = new EmbeddingFile(place.File, place.Begin, info, format, rows, config.HiddenSize);
        _read.Add(embedding);
        Report(info);
        return embedding;
    }

    private AlignedMemory ReadVector(string name, int length)
    {
        TensorInfo info = Describe(name);
        Require(info, info.Shape.SequenceEqual([length]), $"({length})");
        var memory = AlignedMemory.Of<float>(length);
        _read.Add(memory);
        byte[] bytes = new byte[info.ByteCount];
        source.CopyTo(info.Name, bytes);
        ElementTypes.ToSingle(bytes, info.DType, new Span<float>(memory.Pointer, length));
        Report(info);
        return memory;
    }

    private Matrix ReadMatrix(string name, int rows, int columns, bool bias = false)
    {
        TensorInfo info = Describe(name);
        bool plain = info.DType is ElementType.Float32 or ElementType.BFloat16 or ElementType.Float16;
        WeightFormat format = FormatOf(name, info);
        TensorInfo packed = MatrixPacker.Describe(info.Name, format, rows, columns);
        if (plain)
        {
            Require(info, info.Shape.SequenceEqual([rows, columns]), $"({rows}, {columns})");
        }
        else
        {
            RequirePacked(info, packed, format);
        }

        var matrix = new Matrix(format, rows, columns, _kernels);
        _read.Add(matrix);
        if (plain)
        {
            using var bytes = new AlignedMemory(info.ByteCount);
            source.CopyTo(info.Name, bytes.Bytes());
            MatrixPacker.Pack(info, bytes.Bytes(), matrix.Layout, matrix.Bytes);
        }
        else
        {
            source.CopyTo(info.Name, new Span<byte>(matrix.Bytes, checked((int)matrix.ByteCount)));
            if (!matrix.Layout.IsSound(matrix.Bytes, matrix.ByteCount))
            {
                throw QuantizedLayout.Damaged(info.Name, source.Path);
            }
        }

        Report(info);
        if (bias)
        {
            matrix.Bias = ReadVector(name[..^"weight".Length] + "bias", rows);
        }

        return matrix;
    }

    private WeightFormat FormatOf(string name, TensorInfo info) =>
        quantization?.FormatOf(name) ?? (info.DType == ElementType.BFloat16 ? WeightFormat.BFloat16 : WeightFormat.Float32);

    private void RequirePacked(TensorInfo info, TensorInfo packed, WeightFormat format) =>
        Require(
            info,
            info.DType == packed.DType && info.Shape.SequenceEqual(packed.Shape),
            $"{packed.ShapeText} of {packed.DType} for {format}"
        );

    private TensorInfo Describe(string name)
    {
        cancellation.ThrowIfCancellationRequested();
        return source.Describe(prefix + name);
    }

    private void Require(TensorInfo info, bool condition, string expected)
    {
        if (!condition)
        {
            throw new OmgLlavaException(
                $"'{info.Name}' in '{source.Path}' is {info.ShapeText} of {info.DType} where the configuration asks for "
                    + $"{expected}; the directory is inconsistent, quantize it again."
            );
        }
    }

    private void Report(TensorInfo info) => progress?.Report(_done += info.ByteCount);
}
