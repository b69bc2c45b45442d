using System.Runtime.InteropServices;
using System.Text;

namespace OmgLlava.Bench;

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Name">llama.cpp's name.</param>
/// <param name="Shape">Sizes, the innermost first.</param>
/// <param name="Type">How its numbers are held: <see cref="GgufWriter.F32"/> and so on.</param>
/// <param name="Write">Writes them.</param>
internal sealed record GgufTensor(string Name, IReadOnlyList<long> Shape, uint Type, Action<Stream> Write);

/// <summary>Writes GGUF, version 3.</summary>
internal static class GgufWriter
{
    public const uint F32 = 0;
    public const uint Q4 = 2;
    public const uint Q8 = 8;

    private const int Alignment = 32;
    private const uint Int = 4,
        SignedInt = 5,
        Float = 6,
        Text = 8,
        Items = 9;

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="metadata">Texts, uint, float, and arrays of string, float and int.</param>
    /// <param name="tensors">The tensors.</param>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<GgufTensor> tensors)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        using var writer = new BinaryWriter(file);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach ((string key, object value) in metadata)
        {
            String(writer, key);
            Value(writer, value);
        }

        ulong offset = 0;
        foreach (GgufTensor tensor in tensors)
        {
            String(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            foreach (long size in tensor.Shape)
            {
                writer.Write((ulong)size);
            }

            writer.Write(tensor.Type);
            writer.Write(offset);
            offset = Aligned(offset + Bytes(tensor));
        }

        writer.Flush();
        Pad(file);
        foreach (GgufTensor tensor in tensors)
        {
            tensor.Write(file);
            Pad(file);
        }
    }

    /// <summary>A float32 tensor.</summary>
    public static GgufTensor Floats(string name, IReadOnlyList<long> shape, float[] values) =>
        new(name, shape, F32, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));

    /// <summary>A SentencePiece vocabulary of which nothing but the size matters.</summary>
    public static IEnumerable<(string Key, object Value)> MadeUpVocabulary(int size)
    {
        int[] ids = [.. Enumerable.Range(0, size)];
        return
        [
            ("tokenizer.ggml.model", "llama"),
            ("tokenizer.ggml.tokens", ids.Select(Token).ToArray()),
            ("tokenizer.ggml.scores", ids.Select(i => -(float)i).ToArray()),
            (
                "tokenizer.ggml.token_type",
                ids.Select(i =>
                        i < 1 ? 2
                        : i < 3 ? 3
                        : i < 259 ? 6
                        : 1
                    )
                    .ToArray()
            ),
            ("tokenizer.ggml.bos_token_id", 1u),
            ("tokenizer.ggml.eos_token_id", 2u),
        ];
    }

    private static string Token(int i) =>
        i switch
        {
            0 => "<unk>",
            1 => "<s>",
            2 => "</s>",
            < 259 => $"<0x{i - 3:X2}>",
            _ => $"t{i}",
        };

    private static ulong Bytes(GgufTensor tensor)
    {
        ulong count = (ulong)tensor.Shape.Aggregate(1L, (a, b) => a * b);
        return tensor.Type == F32 ? count * 4 : count / 32 * (tensor.Type == Q4 ? 18ul : 34ul);
    }

    private static ulong Aligned(ulong at) => (at + Alignment - 1) / Alignment * Alignment;

    private static void Pad(FileStream file) => file.Write(new byte[(int)(Aligned((ulong)file.Position) - (ulong)file.Position)]);

    private static void String(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.Write(Text);
                String(writer, text);
                break;
            case uint number:
                writer.Write(Int);
                writer.Write(number);
                break;
            case float number:
                writer.Write(Float);
                writer.Write(number);
                break;
            case string[] texts:
                Begin(Text, texts.Length);
                Array.ForEach(texts, text => String(writer, text));
                break;
            case float[] numbers:
                Begin(Float, numbers.Length);
                Array.ForEach(numbers, writer.Write);
                break;
            case int[] numbers:
                Begin(SignedInt, numbers.Length);
                Array.ForEach(numbers, writer.Write);
                break;
            default:
                throw new ArgumentException($"No GGUF type for {value.GetType()}.", nameof(value));
        }

        void Begin(uint type, int count)
        {
            writer.Write(Items);
            writer.Write(type);
            writer.Write((ulong)count);
        }
    }
}
