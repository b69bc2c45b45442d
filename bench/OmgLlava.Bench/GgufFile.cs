using System.Text;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Bench;

/// <summary>
/// Writes a model of the C# engine as GGUF version 3 for llama.cpp: the same whole numbers and the same scales, Q4_0 for int4 and Q8_0 for
/// int8. The vocabulary is made up.
/// </summary>
internal static unsafe class GgufFile
{
    private const int Alignment = 32;
    private const uint Text = 8, Int = 4, Float = 6, Array = 9, SignedInt = 5;
    private const uint F32 = 0, Q4 = 2, Q8 = 8;

    public static void Write(string path, CpuLanguageModel model)
    {
        LanguageConfig config = model.Config;
        List<(string Name, long[] Shape, uint Type, Action<Stream> Data)> tensors = [.. Tensors(model)];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        using var writer = new BinaryWriter(file);
        (string Key, uint Type, object Value)[] metadata =
        [
            ("general.architecture", Text, "internlm2"), ("general.name", Text, "random"), ("general.alignment", Int, (uint)Alignment),
            ("internlm2.context_length", Int, (uint)config.MaxPositions), ("internlm2.embedding_length", Int, (uint)config.HiddenSize),
            ("internlm2.block_count", Int, (uint)config.Layers), ("internlm2.feed_forward_length", Int, (uint)config.FeedForwardSize),
            ("internlm2.attention.head_count", Int, (uint)config.Heads), ("internlm2.attention.head_count_kv", Int, (uint)config.KeyValueHeads),
            ("internlm2.attention.layer_norm_rms_epsilon", Float, (float)config.NormEpsilon), ("internlm2.rope.freq_base", Float, (float)config.RopeTheta),
            ("internlm2.rope.dimension_count", Int, (uint)config.HeadSize), ("tokenizer.ggml.model", Text, "llama"),
            ("tokenizer.ggml.tokens", Array, Enumerable.Range(0, config.VocabularySize).Select(Token).ToArray()),
            ("tokenizer.ggml.scores", Array, Enumerable.Range(0, config.VocabularySize).Select(i => -(float)i).ToArray()),
            ("tokenizer.ggml.token_type", Array, Enumerable.Range(0, config.VocabularySize).Select(i => i < 1 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1).ToArray()),
            ("tokenizer.ggml.bos_token_id", Int, 1u), ("tokenizer.ggml.eos_token_id", Int, 2u),
        ];
        writer.Write(Encoding.ASCII.GetBytes("GGUF"));
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Length);
        foreach ((string key, uint type, object value) in metadata)
        {
            String(writer, key);
            writer.Write(type);
            Value(writer, value);
        }

        ulong offset = 0;
        foreach ((string name, long[] shape, uint type, _) in tensors)
        {
            String(writer, name);
            writer.Write((uint)shape.Length);
            foreach (long size in shape)
            {
                writer.Write((ulong)size);
            }

            writer.Write(type);
            writer.Write(offset);
            offset = Aligned(offset + Bytes(shape, type));
        }

        writer.Flush();
        Pad(file);
        foreach ((_, _, _, Action<Stream> data) in tensors)
        {
            data(file);
            Pad(file);
        }
    }

    private static IEnumerable<(string Name, long[] Shape, uint Type, Action<Stream> Data)> Tensors(CpuLanguageModel model)
    {
        LanguageConfig config = model.Config;
        int size = config.HeadSize;
        int group = config.Heads / config.KeyValueHeads;
        yield return Rows("token_embd.weight", model.Embedding);
        yield return Norm("output_norm.weight", model.Norm);
        yield return Rows("output.weight", model.Head);
        foreach ((int i, CpuLayer layer) in model.Layers.Index())
        {
            // Rows of the fused matrix: for each key head its group of queries, then the key, then the value.
            IEnumerable<int> Fused(Func<int, bool> part) => Enumerable.Range(0, layer.QueryKeyValue.Rows).Where(row => part(row / size % (group + 2)));
            yield return Norm($"blk.{i}.attn_norm.weight", layer.AttentionNorm);
            yield return Rows($"blk.{i}.attn_q.weight", layer.QueryKeyValue, Fused(part => part < group));
            yield return Rows($"blk.{i}.attn_k.weight", layer.QueryKeyValue, Fused(part => part == group));
            yield return Rows($"blk.{i}.attn_v.weight", layer.QueryKeyValue, Fused(part => part == group + 1));
            yield return Rows($"blk.{i}.attn_output.weight", layer.AttentionOutput);
            yield return Norm($"blk.{i}.ffn_norm.weight", layer.FeedForwardNorm);
            yield return Rows($"blk.{i}.ffn_gate.weight", layer.Gate);
            yield return Rows($"blk.{i}.ffn_up.weight", layer.Up);
            yield return Rows($"blk.{i}.ffn_down.weight", layer.Down);
        }
    }

    private static (string, long[], uint, Action<Stream>) Norm(string name, AlignedMemory weight) =>
        (name, [weight.ByteCount / sizeof(float)], F32, stream => stream.Write(weight.Bytes()));

    private static (string, long[], uint, Action<Stream>) Rows(string name, Matrix matrix, IEnumerable<int>? which = null)
    {
        int[] rows = [.. which ?? Enumerable.Range(0, matrix.Rows)];
        var layout = (QuantizedLayout)matrix.Layout;
        uint type = matrix.Format == WeightFormat.Int4 ? Q4 : Q8;
        int blockBytes = type == Q4 ? 18 : 34;
        int rowBytes = matrix.Columns / 32 * blockBytes;
        return (name, [matrix.Columns, rows.Length], type, Pack);

        void Pack(Stream stream)
        {
            byte[] data = new byte[(long)rowBytes * rows.Length];
            Parallel.For(0, rows.Length, i =>
            {
                byte* group = matrix.Bytes + (rows[i] / 16 * layout.GroupBytes(matrix.Columns));
                for (int block = 0; block < matrix.Columns / 32; block++)
                {
                    Span<byte> target = data.AsSpan((i * rowBytes) + (block * blockBytes), blockBytes);
                    byte* superblock = group + ((long)(block / 2) * layout.SuperblockBytes);
                    BitConverter.TryWriteBytes(target, ((ushort*)superblock)[(block % 2 * 16) + (rows[i] % 16)]);
                    for (int column = 0; column < 32; column++)
                    {
                        int number = layout.Number(superblock + QuantizedLayout.ScaleBytes, block % 2, rows[i] % 16, column);
                        if (type == Q8)
                        {
                            target[2 + column] = (byte)number;
                        }
                        else
                        {
                            target[2 + (column % 16)] |= (byte)((number + 8) << (column / 16 * 4));
                        }
                    }
                }
            });
            stream.Write(data);
        }
    }

    private static string Token(int i) => i switch { 0 => "<unk>", 1 => "<s>", 2 => "</s>", < 259 => $"<0x{i - 3:X2}>", _ => $"t{i}" };

    private static ulong Bytes(long[] shape, uint type)
    {
        ulong count = (ulong)shape.Aggregate(1L, (a, b) => a * b);
        return type == F32 ? count * 4 : count / 32 * (type == Q4 ? 18ul : 34ul);
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
                String(writer, text);
                break;
            case uint number:
                writer.Write(number);
                break;
            case float number:
                writer.Write(number);
                break;
            case string[] texts:
                Items(Text, texts.Length);
                System.Array.ForEach(texts, text => String(writer, text));
                break;
            case float[] numbers:
                Items(Float, numbers.Length);
                System.Array.ForEach(numbers, writer.Write);
                break;
            case int[] numbers:
                Items(SignedInt, numbers.Length);
                System.Array.ForEach(numbers, writer.Write);
                break;
            default:
                throw new ArgumentException($"No GGUF type for {value.GetType()}.", nameof(value));
        }

        void Items(uint type, int count)
        {
            writer.Write(type);
            writer.Write((ulong)count);
        }
    }
}
