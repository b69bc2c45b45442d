using OmgLlava.Engine;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Torch.Language;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Bench;

/// <summary>
/// The C# engine beside llama.cpp on the same random weights of InternLM2-7B's shape, taking turns. <c>--layers</c> of its 32
/// layers are used, so that both fit into a small machine's memory; both engines' times grow with them alike.
/// </summary>
internal static class LanguageBench
{
    public static void Run(BenchOptions options)
    {
        TorchRuntime.Initialize();
        (int prefill, int decode, int rounds, int threads) = (
            options.Number("prefill", 400),
            options.Number("decode", 64),
            options.Number("rounds", 5),
            options.Number("threads", 2)
        );
        LanguageConfig config = LanguageConfig.InternLm2Chat7B with { Layers = options.Number("layers", 32) };
        var quantization = QuantizationConfig.Of(options.Text("format") == "int8" ? WeightFormat.Int8 : WeightFormat.Int4);
        var instructions = options.Text("instructions") is { } named
            ? Enum.Parse<InstructionSet>(named, ignoreCase: true)
            : (InstructionSet?)null;
        using var weights = new PackedRandomWeights(config, quantization);
        using var model = CpuLanguageModel.Load(
            weights,
            "",
            config,
            config.VocabularySize,
            quantization,
            new CpuOptions { Threads = threads, Instructions = instructions }
        );
        var clock = new BenchClock(options, threads);
        Memory(model, clock, threads);
        string? script = options.Text("peer");
        string? gguf = options.Text("gguf");
        using Peer? peer = script is null ? null : StartPeer(model, script, gguf!, threads, clock.Name);
        Table.Header(
            $"{quantization}, {config.Layers} layers, {threads} threads, prefill {prefill}, decode {decode} at context "
                + $"{prefill}, {clock.Name} time",
            "round",
            "ours prefill, tok/s",
            "llama.cpp prefill",
            "ours decode, tok/s",
            "llama.cpp decode"
        );
        var runs = new List<(double Prefill, double Decode, double PeerPrefill, double PeerDecode)>();
        Ours(model, clock, 16, 4); // compiles the kernels
        for (int round = 0; round < rounds; round++)
        {
            (double ours, double oursDecode) = Ours(model, clock, prefill, decode);
            (double theirs, double theirsDecode) = peer?.Run(prefill, decode) ?? (double.NaN, double.NaN);
            runs.Add((prefill / ours, decode / oursDecode, prefill / theirs, decode / theirsDecode));
            Show($"{round + 1}", runs[^1]);
        }

        Show("median", (Median(r => r.Prefill), Median(r => r.Decode), Median(r => r.PeerPrefill), Median(r => r.PeerDecode)));
        Console.WriteLine($"\ndecode ratio {Table.Number(Median(r => r.Decode / r.PeerDecode))}");
        Console.WriteLine($"prefill ratio {Table.Number(Median(r => r.Prefill / r.PeerPrefill))}");

        double Median(Func<(double Prefill, double Decode, double PeerPrefill, double PeerDecode), double> part) =>
            Table.Median(runs.Select(part));
    }

    private static void Show(string name, (double Prefill, double Decode, double PeerPrefill, double PeerDecode) r) =>
        Table.Row(
            name,
            Table.Number(r.Prefill, 1),
            Table.Number(r.PeerPrefill, 1),
            Table.Number(r.Decode),
            Table.Number(r.PeerDecode)
        );

    private static Peer StartPeer(CpuLanguageModel model, string script, string gguf, int threads, string clock)
    {
        GgufFile.Write(gguf, model);
        return new Peer(script, gguf, threads, clock);
    }

    /// <summary>Seconds to read tokens, and to write tokens one by one, choosing the best each time.</summary>
    private static (double Prefill, double Decode) Ours(CpuLanguageModel model, BenchClock clock, int prefill, int decode)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using IKeyValueCache cache = model.CreateCache();
        long[] tokens = [.. Enumerable.Range(0, prefill).Select(i => 1000L + (i * 7 % 5000))];
        clock.Restart();
        Tensor hidden = model.Forward(model.Embed(tensor(tokens).unsqueeze(0)), cache).select(1, -1);
        double read = clock.Seconds;
        clock.Restart();
        for (int i = 0; i < decode; i++)
        {
            Tensor next = model.Logits(hidden).argmax(-1);
            hidden = model.Forward(model.Embed(next.unsqueeze(0)), cache).select(1, -1);
        }

        return (read, clock.Seconds);
    }

    /// <summary>How fast weights stream through the product with one token, beside plain reading of the same memory.</summary>
    private static unsafe void Memory(CpuLanguageModel model, BenchClock clock, int threads)
    {
        using var team = new ThreadTeam(threads);
        Matrix[] matrices = [.. model.Layers.Take(4).SelectMany(layer => layer.Matrices)];
        long bytes = matrices.Sum(matrix => matrix.ByteCount);
        using var values = AlignedMemory.Of<float>(matrices.Max(matrix => matrix.Columns));
        using var output = AlignedMemory.Of<float>(matrices.Max(matrix => matrix.Rows));
        values.Clear();
        Activations[] inputs =
        [
            .. matrices.Select(matrix => new Activations((float*)values.Pointer, 1, matrix.Columns, matrix.Format)),
        ];
        Array.ForEach(inputs, input => input.Quantize(0));
        var products = new Products(team);
        var reads = new List<double>();
        var multiplies = new List<double>();
        for (int round = 0; round < 9; round++)
        {
            clock.Restart();
            foreach (Matrix matrix in matrices)
            {
                Read(team, matrix);
            }

            reads.Add(bytes / clock.Seconds / 1e9);
            clock.Restart();
            for (int i = 0; i < matrices.Length; i++)
            {
                products.Multiply(matrices[i], inputs[i], 1, (float*)output.Pointer, add: false, CancellationToken.None);
            }

            multiplies.Add(bytes / clock.Seconds / 1e9);
        }

        Array.ForEach(inputs, input => input.Dispose());
        Table.Header($"weights of {bytes >> 20} MB times one token, {threads} threads", "what", "GB/s, median of 9");
        Table.Row("reading only", Table.Number(Table.Median(reads), 1));
        Table.Row("product", Table.Number(Table.Median(multiplies), 1));
        Console.WriteLine(
            $"\nshare of the streaming-read limit {Table.Number(Table.Median(multiplies.Zip(reads, (m, r) => m / r)))}"
        );
    }

    private static unsafe void Read(ThreadTeam team, Matrix matrix)
    {
        const int Chunk = 1 << 20;
        long all = matrix.ByteCount;
        byte* start = matrix.Bytes;
        team.Run(
            (int)((all + Chunk - 1) / Chunk),
            chunk =>
            {
                long first = (long)chunk * Chunk;
                long count = Math.Min(Chunk, all - first) / 256 * 256;
                var sum = System.Runtime.Intrinsics.Vector256<long>.Zero;
                for (byte* p = start + first; p < start + first + count; p += 128)
                {
                    sum ^=
                        System.Runtime.Intrinsics.Vector256.Load((long*)p)
                        ^ System.Runtime.Intrinsics.Vector256.Load((long*)(p + 32))
                        ^ System.Runtime.Intrinsics.Vector256.Load((long*)(p + 64))
                        ^ System.Runtime.Intrinsics.Vector256.Load((long*)(p + 96));
                }

                GC.KeepAlive(sum[0] == 42 ? team : null);
            }
        );
    }
}
