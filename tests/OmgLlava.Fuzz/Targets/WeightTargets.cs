using System.Text;
using OmgLlava.Conversion;
using OmgLlava.Tests.Formats;
using OmgLlava.Tests.Weights;
using OmgLlava.Weights;

namespace OmgLlava.Fuzz.Targets;

/// <summary>Files of weights, configurations and tokenizers.</summary>
internal static class WeightTargets
{
    private const long MostBytes = 1 << 24;

    public static FuzzTarget Safetensors =>
        new(
            "safetensors",
            20,
            () =>
            {
                var scratch = new ScratchFile("model.safetensors");
                byte[][] seeds =
                [
                    File(
                        """"{"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {"format": "pt"}}"""",
                        24
                    ),
                    File(
                        """"{"a": {"dtype": "BF16", "shape": [], "data_offsets": [0, 2]}, "b": {"dtype": "I64", "shape": [0, 4], "data_offsets": [2, 2]}}"""",
                        2
                    ),
                ];
                return new FuzzSubject(
                    seeds,
                    PictureTargets.Words(
                        "dtype shape data_offsets F64 F32 F16 BF16 I64 I32 U8 BOOL [] [0,0] null -1 1e3 __metadata__ "
                            + "9223372036854775807"
                    ),
                    bytes => ReadAll(scratch.With(bytes))
                );

                static byte[] File(string header, int data) =>
                    [
                        .. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)),
                        .. Encoding.UTF8.GetBytes(header),
                        .. new byte[data],
                    ];
            }
        );

    public static FuzzTarget Pickle =>
        new(
            "pth",
            40,
            () =>
            {
                var scratch = new ScratchFile("weights.pth");
                byte[] floats = PickleWriter.Floats(1, 2, 3, 4, 5, 6);
                byte[][] seeds =
                [
                    PickleWriter.Zip(PickleWriter.StateDict(), ("data/0", floats), ("byteorder", "little"u8.ToArray())),
                    PickleWriter.Legacy(PickleWriter.StateDict(), [1, 2, 3, 4, 5, 6]),
                    PickleWriter.Legacy(
                        PickleWriter.StateDict(rows: 3, columns: 2, rowStride: 1, columnStride: 3),
                        [1, 2, 3, 4, 5, 6]
                    ),
                ];
                IReadOnlyList<byte[]> names = PictureTargets.Words(
                    "ctorch._utils\n_rebuild_tensor_v2\n ctorch._utils\n_rebuild_parameter\n ccollections\nOrderedDict\n "
                        + "ccollections\nCounter\n ctorch\nHalfStorage\n "
                        + "c__builtin__\ngetattr\n cnumpy.core.multiarray\n_reconstruct\n cnumpy\ndtype\n ctorch\nSize\n "
                        + "cos\nsystem\n storage cpu state_dict data.pkl"
                );
                byte[] opcodes =
                [
                    .. "().0123]}abcdegjlopqrstuQRXVUNIJKMLGFBC"u8,
                    0x80,
                    0x81,
                    0x85,
                    0x86,
                    0x87,
                    0x88,
                    0x89,
                    0x8a,
                    0x8b,
                    0x8c,
                    0x8d,
                    0x8e,
                    0x8f,
                    0x90,
                    0x91,
                    0x92,
                    0x93,
                    0x94,
                    0x95,
                ];
                return new FuzzSubject(
                    seeds,
                    [.. names, .. opcodes.Select(code => new[] { code })],
                    bytes => ReadAll(scratch.With(bytes))
                );
            }
        );

    public static FuzzTarget Tokenizer =>
        new(
            "tokenizer",
            6,
            () =>
            {
                var scratch = new ScratchFile("tokenizer.model");
                string folder = Path.Combine(RepositoryFolder.Tests, "goldens", "end_to_end", "internlm2");
                System.IO.File.Copy(
                    Path.Combine(folder, "tokenizer_config.json"),
                    Path.Combine(scratch.Folder, "tokenizer_config.json")
                );
                return new FuzzSubject(
                    [System.IO.File.ReadAllBytes(Path.Combine(folder, "tokenizer.model"))],
                    PictureTargets.Words("<unk> <s> </s> <0x0A> \n\u000e\n \u0012"),
                    bytes =>
                    {
                        scratch.With(bytes);
                        var tokenizer = OmgLlava.Language.Tokenizer.Load(scratch.Folder);
                        tokenizer.Decode(tokenizer.Encode("A red apple, <p> [SEG] \u00e9\U0001F34E"));
                    }
                );
            }
        );

    public static FuzzTarget TokenizerConfig =>
        new(
            "tokenizer-config",
            6,
            () =>
            {
                var scratch = new ScratchFile("tokenizer_config.json");
                string folder = Path.Combine(RepositoryFolder.Tests, "goldens", "end_to_end", "internlm2");
                System.IO.File.Copy(Path.Combine(folder, "tokenizer.model"), Path.Combine(scratch.Folder, "tokenizer.model"));
                return new FuzzSubject(
                    [System.IO.File.ReadAllBytes(Path.Combine(folder, "tokenizer_config.json"))],
                    PictureTargets.Words("added_tokens_decoder content special null -1 2147483647 {} []"),
                    bytes =>
                    {
                        scratch.With(bytes);
                        OmgLlava.Language.Tokenizer.Load(scratch.Folder).Encode("A red apple [SEG]");
                    }
                );
            }
        );

    public static FuzzTarget ModelConfig =>
        new(
            "config",
            10,
            () =>
            {
                var scratch = new ScratchFile("config.json");
                byte[][] seeds =
                [
                    System.IO.File.ReadAllBytes(Path.Combine(RepositoryFolder.Tests, "..", "models", "nano-drawn", "config.json")),
                ];
                return new FuzzSubject(
                    seeds,
                    PictureTargets.Words("null {} [] -1 0 1e9 \"\" true model_type format perception language alignment"),
                    bytes =>
                    {
                        scratch.With(bytes);
                        ModelDirectory.ReadConfig(scratch.Folder);
                    }
                );
            }
        );

    public static FuzzTarget Onnx =>
        new(
            "onnx",
            10,
            () =>
            {
                var scratch = new ScratchFile("encoder.onnx");
                double[] std = [0.27, 0.26, 0.28];
                return new FuzzSubject(
                    [SmallResNet.Write(bottleneck: false, norms: true, raw: true), SmallResNet.Write(true, false, raw: false)],
                    PictureTargets.Words("Conv BatchNormalization Relu Add Sum MaxPool Identity pixels kernel_shape strides pads"),
                    bytes => OnnxResNet.Load(scratch.With(bytes), new EncoderInput(BlueFirst: true, std), std)
                );
            }
        );

    private static void ReadAll(string path)
    {
        using ITensorSource source = TensorSources.OpenFile(path);
        foreach (TensorInfo info in source.Tensors.Values)
        {
            if (info.ByteCount <= MostBytes)
            {
                source.CopyTo(info.Name, new byte[info.ByteCount]);
            }
        }
    }
}
