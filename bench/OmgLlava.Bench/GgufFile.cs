using OmgLlava.Engine;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Bench;

/// <summary>
/// Writes a model of the C# engine as GGUF version 3 for llama.cpp: the same whole numbers and the same scales, Q4_0 for int4 and
/// Q8_0 for int8. The vocabulary is made up.
/// </summary>
internal static unsafe class GgufFile
{
    public static void Write(string path, CpuLanguageModel model)
    {
        LanguageConfig config = model.Config;
        GgufWriter.Write(
            path,
            [
                ("general.architecture", "internlm2"),
                ("general.name", "random"),
                ("internlm2.context_length", (uint)config.MaxPositions),
                ("internlm2.embedding_length", (uint)config.HiddenSize),
                ("internlm2.block_count", (uint)config.Layers),
                ("internlm2.feed_forward_length", (uint)config.FeedForwardSize),
                ("internlm2.attention.head_count", (uint)config.Heads),
                ("internlm2.attention.head_count_kv", (uint)config.KeyValueHeads),
                ("internlm2.attention.layer_norm_rms_epsilon", (float)config.NormEpsilon),
                ("internlm2.rope.freq_base", (float)config.RopeTheta),
                ("internlm2.rope.dimension_count", (uint)config.HeadSize),
                .. GgufWriter.MadeUpVocabulary(config.VocabularySize),
            ],
            [.. Tensors(model)]
        );
    }

    private static IEnumerable<GgufTensor> Tensors(CpuLanguageModel model)
    {
        LanguageConfig config = model.Config;
        int size = config.HeadSize;
        int group = config.Heads / config.KeyValueHeads;
        yield return Rows("token_embd.weight", (Matrix)model.Embedding);
        yield return Norm("output_norm.weight", model.Norm);
        yield return Rows("output.weight", model.Head);
        foreach ((int i, CpuLayer layer) in model.Layers.Index())
        {
            // Rows of the fused matrix: for each key head its group of queries, then the key, then the value.
            IEnumerable<int> Fused(Func<int, bool> part) =>
                Enumerable.Range(0, layer.QueryKeyValue.Rows).Where(row => part(row / size % (group + 2)));
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

    private static GgufTensor Norm(string name, AlignedMemory weight) =>
        new(name, [weight.ByteCount / sizeof(float)], GgufWriter.F32, stream => stream.Write(weight.Bytes()));

    private static GgufTensor Rows(string name, Matrix matrix, IEnumerable<int>? which = null)
    {
        int[] rows = [.. which ?? Enumerable.Range(0, matrix.Rows)];
        var layout = (QuantizedLayout)matrix.Layout;
        uint type = matrix.Format == WeightFormat.Int4 ? GgufWriter.Q4 : GgufWriter.Q8;
        int blockBytes = type == GgufWriter.Q4 ? 18 : 34;
        int rowBytes = matrix.Columns / 32 * blockBytes;
        return new GgufTensor(name, [matrix.Columns, rows.Length], type, Pack);

        void Pack(Stream stream)
        {
            byte[] data = new byte[(long)rowBytes * rows.Length];
            Parallel.For(
                0,
                rows.Length,
                i =>
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
                            if (type == GgufWriter.Q8)
                            {
                                target[2 + column] = (byte)number;
                            }
                            else
                            {
                                target[2 + (column % 16)] |= (byte)((number + 8) << (column / 16 * 4));
                            }
                        }
                    }
                }
            );
            stream.Write(data);
        }
    }
}
