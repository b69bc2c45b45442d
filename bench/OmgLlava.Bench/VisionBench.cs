using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using OmgLlava.Vision;
using OmgLlava.Weights;
using static TorchSharp.torch;
using Tensor = OmgLlava.Engine.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace OmgLlava.Bench;

/// <summary>
/// Perception through libtorch, in float32 and with the image encoder in bfloat16, and on the engine, with its weights held as
/// float32, bfloat16 and int8, all by turns in one run: with <c>--model FOLDER</c> its weights, else random ones of the published
/// size. <c>--only NAME,NAME</c> leaves the others out, <c>--picture FILE</c> is looked at instead of noise.
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
        using var weights = new OmgLlavaNetwork(config, Placement.Default, language: null);
        if (folder is null)
        {
            PerceptionBench.Fill(weights.Perception);
            PerceptionBench.Fill(weights.VisualProjector);
            PerceptionBench.Fill(weights.TextProjector);
        }
        else
        {
            using ITensorSource stored = ModelDirectory.OpenWeights(folder);
            weights.Load(stored);
        }

        using var team = new ThreadTeam(get_num_threads());
        var kernels = Kernels.For(InstructionSets.Best, team);
        using var memory = new ModuleTensors(weights.Tensors());
        string[]? only = options.Text("only")?.Split(',');
        Executor[] executors =
        [
            .. new (string Name, Func<Executor> Make)[]
            {
                ("libtorch-float32", () => new TorchExecutor(weights, ScalarType.Float32)),
                ("libtorch-bfloat16", () => new TorchExecutor(Copy(weights, memory), ScalarType.BFloat16)),
                ("engine-float32", () => new EngineExecutor(kernels, memory, ElementType.Float32, config)),
                ("engine-bfloat16", () => new EngineExecutor(kernels, memory, ElementType.BFloat16, config)),
                ("engine-int8", () => new EngineExecutor(kernels, memory, ElementType.Int8, config)),
            }
                .Where(e => only?.Contains(e.Name) ?? true)
                .Select(e => e.Make() with { Name = e.Name }),
        ];
        var random = new Random(1);
        float[] picture = options.Text("picture") is { } file
            ? config.Image.Apply(ImageFile.Load(file))
            : [.. Enumerable.Range(0, 3 * size * size).Select(_ => (float)(random.NextDouble() * 4) - 2)];
        var middle = new PixelPoint(size / 2f, size / 2f);
        var clock = new BenchClock(options, get_num_threads());
        float[] first = [];
        for (int round = 0; round <= rounds; round++)
        {
            foreach (Executor executor in executors)
            {
                double product = Time(executor.Multiply);
                float[] logits = [];
                double see = Time(() => logits = executor.See(picture, size));
                double point = Time(() => executor.Point(middle, size));
                executor.Release();
                if (round > 0) // the first one warms up
                {
                    executor.Add(product, see, point);
                    continue;
                }

                first = first.Length == 0 ? logits : first;
                executor.Overlap = Overlap(first, logits, config.Perception.Queries);
            }
        }

        Table.Header(
            $"perception {config.Name}, {size} x {size}, {clock.Name} time",
            "executor",
            "weights held, MB",
            $"product of {Matrix} x {Matrix} matrices, GFLOP/s",
            "picture to tokens, s",
            "mask of a point, s",
            "masks' mean IoU with the first row's"
        );
        bool counted = config.Perception.Encoder == Perception.EncoderKind.ConvNext;
        double work = counted ? PerceptionWork.Of(config.Perception, size).All : 0;
        foreach (Executor executor in executors)
        {
            (double product, double see, double point) = executor.Medians;
            double speed = 2.0 * Matrix * Matrix * Matrix / product;
            Table.Row(
                executor.Name,
                executor.HeldBytes > 0 ? Table.Number(executor.HeldBytes / 1e6, 0) : "",
                Table.Number(speed / 1e9, 0),
                Table.Number(see, 4) + (work > 0 ? $" ({Table.Number(work / see / speed)} of the product's speed)" : ""),
                Table.Number(point, 4),
                Table.Number(executor.Overlap, 4)
            );
        }

        foreach (Executor executor in executors)
        {
            executor.Dispose();
        }

        double Time(Action step)
        {
            clock.Restart();
            step();
            return clock.Seconds;
        }
    }

    /// <summary>The mean IoU of the masks of all queries that have one.</summary>
    private static double Overlap(float[] first, float[] second, int queries)
    {
        var overlaps = new List<double>();
        int cells = first.Length / queries;
        for (int query = 0; query < queries; query++)
        {
            (int both, int any) = (0, 0);
            for (int i = query * cells; i < (query + 1) * cells; i++)
            {
                both += first[i] > 0 && second[i] > 0 ? 1 : 0;
                any += first[i] > 0 || second[i] > 0 ? 1 : 0;
            }

            if (any > 0)
            {
                overlaps.Add((double)both / any);
            }
        }

        return overlaps.Average();
    }

    private static OmgLlavaNetwork Copy(OmgLlavaNetwork weights, ITensorSource memory)
    {
        var network = new OmgLlavaNetwork(weights.Config, Placement.Default, language: null, ScalarType.BFloat16);
        network.Load(memory);
        return network;
    }

    /// <summary>Something that perceives.</summary>
    private abstract record Executor : IDisposable
    {
        private readonly List<(double Product, double See, double Point)> _times = [];

        public string Name { get; init; } = "";

        public virtual long HeldBytes => 0;

        public double Overlap { get; set; }

        public (double Product, double See, double Point) Medians =>
            (
                Table.Median(_times.Select(t => t.Product)),
                Table.Median(_times.Select(t => t.See)),
                Table.Median(_times.Select(t => t.Point))
            );

        public void Add(double product, double see, double point) => _times.Add((product, see, point));

        /// <summary>Multiplies two square matrices.</summary>
        public abstract void Multiply();

        /// <summary>From a picture to tokens.</summary>
        /// <returns>Its mask logits.</returns>
        public abstract float[] See(float[] picture, int size);

        /// <summary>The mask of a point of the picture just seen.</summary>
        public abstract void Point(PixelPoint point, int size);

        /// <summary>Forgets the picture.</summary>
        public abstract void Release();

        public abstract void Dispose();
    }

    private sealed record TorchExecutor(OmgLlavaNetwork Network, ScalarType Type) : Executor
    {
        private readonly TorchTensor _square = randn([Matrix, Matrix]).to(Type);
        private TorchPerception? _seen;

        public override void Multiply() => _square.matmul(_square.t()).Dispose();

        public override float[] See(float[] picture, int size)
        {
            _seen = Network.Perception.Perceive(tensor(picture).view(1, 3, size, size));
            Network.VisualProjector.ProjectImages(_seen).Dispose();
            return _seen.MaskLogits[0].contiguous().data<float>().ToArray();
        }

        public override void Point(PixelPoint point, int size) =>
            Network.Perception.DecodePoints(tensor(new float[] { point.X, point.Y }).view(1, 2), _seen!.Memory, (size, size));

        public override void Release() => _seen!.Dispose();

        public override void Dispose() => Network.Dispose();
    }

    private sealed record EngineExecutor : Executor
    {
        private readonly Kernels _kernels;
        private readonly WeightReader _reader;
        private readonly VisionModel _model;
        private readonly Tensor _square;
        private readonly PackedMatrix _packed;
        private SeenImage? _seen;

        public EngineExecutor(Kernels kernels, ITensorSource weights, ElementType type, OmgLlavaConfig config)
        {
            _kernels = kernels;
            _reader = new WeightReader(new RoundedWeights(weights, type), kernels);
            _model = new VisionModel(_reader, config.Perception, config.Alignment, config.Image);
            _square = randn([Matrix, Matrix]).ToEngine();
            _packed = PackedMatrix.Of(
                kernels,
                _square,
                format: type switch
                {
                    ElementType.Int8 => PanelFormat.Int8,
                    ElementType.BFloat16 => PanelFormat.BFloat16,
                    _ => PanelFormat.Float32,
                }
            );
        }

        public override long HeldBytes => _reader.Read.OfType<PackedMatrix>().Sum(matrix => matrix.ByteCount);

        public override void Multiply() => _kernels.Multiply(_square, _packed).Dispose();

        public override float[] See(float[] picture, int size)
        {
            _seen = _model.See(picture, (size, size));
            return _seen.MaskLogits.Span.ToArray();
        }

        public override void Point(PixelPoint point, int size) => _model.DecodePoint(_seen!, point).Dispose();

        public override void Release() => _seen!.Dispose();

        public override void Dispose()
        {
            _model.Dispose();
            _packed.Dispose();
            _square.Dispose();
        }
    }
}
