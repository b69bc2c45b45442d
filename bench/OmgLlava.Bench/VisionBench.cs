using OmgLlava.Engine;
using OmgLlava.Imaging;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Bench;

/// <summary>
/// Perception through libtorch and on the engine, alternating in one run: with <c>--model FOLDER</c> its weights, else random
/// ones
/// of the published size. Both compute in float32.
/// </summary>
internal static class VisionBench
{
    private const int Matrix = 2048;

    public static void Run(BenchOptions options)
    {
        TorchRuntime.Initialize();
        int rounds = options.Number("rounds", 5);
        string? folder = options.Text("model");
        OmgLlavaConfig config = folder is null ? ModelPreset.Find("omg-llava-7b").Config : ModelDirectory.ReadConfig(folder);
        int size = options.Number("size", config.Image.Size);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var network = new OmgLlavaNetwork(config, Placement.Default, language: null);
        using ITensorSource? stored = folder is null ? null : ModelDirectory.OpenWeights(folder);
        if (stored is null)
        {
            PerceptionBench.Fill(network.Perception);
            PerceptionBench.Fill(network.VisualProjector);
            PerceptionBench.Fill(network.TextProjector);
        }
        else
        {
            network.Load(stored);
        }

        using var team = new ThreadTeam(get_num_threads());
        var kernels = Kernels.For(InstructionSets.Best, team);
        using var memory = new ModuleTensors(network.Tensors());
        using var engine = new VisionModel(new WeightReader(memory, kernels), config.Perception, config.Alignment);
        var clock = new BenchClock(options, get_num_threads());
        var times = new Dictionary<string, (List<double> Torch, List<double> Engine)>();
        float[] picture = new float[3 * size * size];
        var random = new Random(1);
        foreach (ref float value in picture.AsSpan())
        {
            value = (float)(random.NextDouble() * 4) - 2;
        }

        Tensor a = randn([Matrix, Matrix]);
        using Engine.Tensor x = a.ToEngine();
        double worst = 0;
        for (int round = 0; round <= rounds; round++)
        {
            Measure(
                "matrix product 2048 x 2048 x 2048",
                round,
                () => a.matmul(a.t()).Dispose(),
                () =>
                {
                    using var packed = PackedMatrix.Of(kernels, x);
                    kernels.Multiply(x, packed).Dispose();
                }
            );
            Tensor pixels = tensor(picture).view(1, 3, size, size);
            TorchPerception? seen = null;
            SeenImage? own = null;
            Measure(
                "picture to tokens",
                round,
                () =>
                {
                    seen = network.Perception.Perceive(pixels);
                    network.VisualProjector.ProjectImages(seen).Dispose();
                },
                () => own = engine.See(picture, (size, size))
            );
            Tensor difference = own!.MaskLogits.ToTorch().sub(seen!.MaskLogits[0]).abs().max().div(seen.MaskLogits.abs().max());
            worst = Math.Max(worst, difference.item<float>());
            var middle = new PixelPoint(size / 2f, size / 2f);
            Measure(
                "mask of a point",
                round,
                () =>
                    network.Perception.DecodePoints(
                        tensor(
                            new[,]
                            {
                                { middle.X, middle.Y },
                            }
                        ),
                        seen.Memory,
                        (size, size)
                    ),
                () => engine.DecodePoint(own, middle).Dispose()
            );
            seen.Dispose();
            own.Dispose();
        }

        Table.Header(
            $"perception {config.Name}, {size} x {size}, float32, {clock.Name} time",
            "part",
            "libtorch, s",
            "engine, s",
            "ratio"
        );
        foreach ((string part, (List<double> torch, List<double> ours)) in times)
        {
            (double before, double after) = (Table.Median(torch), Table.Median(ours));
            Table.Row(part, Table.Number(before, 4), Table.Number(after, 4), Table.Number(before / after));
        }

        Console.WriteLine($"\nlargest difference of mask logits, as a share of the largest logit: {worst:E1}");

        void Measure(string part, int round, Action torch, Action ours)
        {
            clock.Restart();
            torch();
            double before = clock.Seconds;
            clock.Restart();
            ours();
            double after = clock.Seconds;
            times.TryAdd(part, ([], []));
            if (round > 0) // the first one warms up
            {
                times[part].Torch.Add(before);
                times[part].Engine.Add(after);
            }
        }
    }
}
