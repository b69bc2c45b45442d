using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Layers;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Bench;

/// <summary>Random weights of a language model, packed from the start: drawing and rounding 7 thousand million numbers would take
/// minutes.</summary>
internal sealed class PackedRandomWeights : ITensorSource
{
    private readonly byte[] _table = new byte[1_000_003];

    public PackedRandomWeights(LanguageConfig config, QuantizationConfig quantization)
    {
        new Random(1).NextBytes(_table);
        using var model = new TorchLanguageModel(config, config.VocabularySize, new Placement(ScalarType.Float32, META));
        Tensors = model
            .named_parameters()
            .Select(p =>
                QuantizationConfig.IsMatrix(p.name)
                    ? MatrixPacker.Describe(
                        p.name,
                        quantization.FormatOf(p.name),
                        (int)p.parameter.shape[0],
                        (int)p.parameter.shape[1]
                    )
                    : new TensorInfo(p.name, ElementType.Float32, p.parameter.shape)
            )
            .ToDictionary(info => info.Name);
    }

    public string Path => "random weights";

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    public void CopyTo(string name, Span<byte> destination)
    {
        TensorInfo info = Tensors[name];
        if (info.DType == ElementType.Float32)
        {
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(destination).Fill(1);
            return;
        }

        for (int at = 0; at < destination.Length; at += _table.Length)
        {
            _table.AsSpan(0, Math.Min(_table.Length, destination.Length - at)).CopyTo(destination[at..]);
        }

        // Scales near those of weights whose products keep their size: 0.0078 and 0.0005 with a random last digit.
        int step = (int)info.Shape[2];
        bool small = step == Int4Layout.Instance.SuperblockBytes;
        for (int at = 0; at < destination.Length; at += step)
        {
            for (int i = 1; i < QuantizedLayout.ScaleBytes; i += 2)
            {
                destination[at + i] = small ? (byte)0x1c : (byte)0x10;
            }
        }
    }

    public void Dispose() { }
}
