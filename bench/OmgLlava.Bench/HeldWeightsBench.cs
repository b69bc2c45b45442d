using System.Runtime.InteropServices;
using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Vision;
using OmgLlava.Weights;

namespace OmgLlava.Bench;

/// <summary>
/// Perception on the engine with the same weights held as float32, bfloat16 and int8, alternating in one run: with
/// <c>--model FOLDER</c> its weights, else random ones of the published size. It computes in float32 each time.
/// </summary>
internal static class HeldWeightsBench
{
    private static readonly ElementType[] Formats = [ElementType.Float32, ElementType.BFloat16, ElementType.Int8];

    public static void Run(BenchOptions options)
    {
        int rounds = options.Number("rounds", 5);
        string? folder = options.Text("model");
        OmgLlavaConfig config = folder is null ? ModelPreset.Find("omg-llava-7b").Config : ModelDirectory.ReadConfig(folder);
        int size = options.Number("size", config.Image.Size);
        using ITensorSource plain = folder is null ? new RandomTensors(config) : ModelDirectory.OpenWeights(folder);
        using var team = new ThreadTeam(Environment.ProcessorCount);
        var kernels = Kernels.For(InstructionSets.Best, team);
        var readers = Formats.ToDictionary(format => format, format => new WeightReader(new Rounded(plain, format), kernels));
        var models = Formats.ToDictionary(
            format => format,
            format => new VisionModel(readers[format], config.Perception, config.Alignment)
        );
        var clock = new BenchClock(options, team.Threads);
        var times = Formats.ToDictionary(format => format, _ => new List<double>());
        var random = new Random(1);
        float[] picture = [.. Enumerable.Range(0, 3 * size * size).Select(_ => (float)(random.NextDouble() * 4) - 2)];
        for (int round = 0; round <= rounds; round++)
        {
            foreach (ElementType format in Formats)
            {
                clock.Restart();
                models[format].See(picture, (size, size)).Dispose();
                if (round > 0) // the first one warms up
                {
                    times[format].Add(clock.Seconds);
                }
            }
        }

        Table.Header(
            $"perception {config.Name}, {size} x {size}, {clock.Name} time",
            "weights held as",
            "MB",
            "picture to tokens, s"
        );
        foreach (ElementType format in Formats)
        {
            long bytes = readers[format].Read.OfType<PackedMatrix>().Sum(matrix => matrix.ByteCount);
            Table.Row($"{format}", Table.Number(bytes / 1e6, 0), Table.Number(Table.Median(times[format]), 4));
            models[format].Dispose();
        }
    }

    /// <summary>Tensors whose numbers fit a type.</summary>
    private sealed class Rounded(ITensorSource source, ElementType format) : ITensorSource
    {
        public string Path => source.Path;

        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
            source.Tensors.ToDictionary(t => t.Key, t => t.Value with { DType = ElementType.Float32 });

        public ElementType StoredType(string name) => ScaledRows.Suit(Tensors[name]) ? format : ElementType.Float32;

        public void CopyTo(string name, Span<byte> destination)
        {
            TensorInfo held = source.Describe(name);
            byte[] bytes = new byte[held.ByteCount];
            source.CopyTo(name, bytes);
            Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
            ElementTypes.ToSingle(bytes, held.DType, values);
            if (StoredType(name) == ElementType.BFloat16)
            {
                foreach (ref float value in values)
                {
                    value = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
                }
            }
        }

        public void Dispose() { }
    }

    /// <summary>Random weights of a configuration.</summary>
    private sealed class RandomTensors(OmgLlavaConfig config) : ITensorSource
    {
        public string Path => "random";

        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
            ModelTensors.Describe(config).ToDictionary(info => info.Name);

        public void CopyTo(string name, Span<byte> destination)
        {
            var random = new Random(1);
            foreach (ref float value in MemoryMarshal.Cast<byte, float>(destination))
            {
                value = (float)(random.NextDouble() - 0.5) * 0.05f;
            }
        }

        public void Dispose() { }
    }
}
