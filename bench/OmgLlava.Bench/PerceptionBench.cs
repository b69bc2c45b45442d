using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Bench;

/// <summary>Perception of one picture with random weights, part by part, beside the speed of a large matrix product in the same
/// run.</summary>
internal static class PerceptionBench
{
    public static void Run(BenchOptions options)
    {
        TorchRuntime.Initialize();
        int size = options.Number("size", 1024);
        int rounds = options.Number("rounds", 3);
        ScalarType type = options.Text("dtype") == "float32" ? ScalarType.Float32 : ScalarType.BFloat16;
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var config = new PerceptionConfig();
        var model = new PerceptionModel(config, Placement.Default, type);
        Fill(model);
        Tensor pixels = randn([1, 3, size, size]).to(type);
        var clock = new BenchClock(options, get_num_threads());
        PerceptionWork work = PerceptionWork.Of(config, size);
        var times = new Dictionary<string, List<double>>();
        var shares = new List<double>();
        for (int round = 0; round <= rounds; round++)
        {
            double limit = MatrixLimit(type, Time);
            (double encoder, Tensor[] stages) = Time(() =>
                model.Encoder.Encode(pixels).Select(stage => stage.to(float32)).ToArray()
            );
            (double pixelDecoder, PixelFeatures features) = Time(() => model.PixelDecoder.Decode(stages));
            (double decoder, DecodedQueries _) = Time(() => model.DecodeObjects(model.Remember(features)));
            (double whole, TorchPerception seen) = Time(() => model.Perceive(pixels));
            seen.Dispose();
            if (round > 0) // the first one warms up
            {
                Add("matrix product 4096 x 4096 x 4096", limit);
                Add("image encoder", encoder);
                Add("pixel decoder", pixelDecoder);
                Add("decoder", decoder);
                Add("all, with classes and prior", whole);
                shares.Add(work.All / whole / limit);
            }
        }

        Table.Header(
            $"perception, {size} x {size}, image encoder in {type}, {clock.Name} time",
            "part",
            "TFLOP",
            "seconds, median",
            "GFLOP/s"
        );
        double speed = Table.Median(times["matrix product 4096 x 4096 x 4096"]);
        Table.Row("matrix product 4096 x 4096 x 4096", Table.Number(0.137, 3), "", Table.Number(speed / 1e9, 0));
        Part("image encoder", work.Encoder);
        Part("pixel decoder", work.PixelDecoder);
        Part("decoder", work.Decoder);
        Part("all, with classes and prior", work.All);
        Console.WriteLine($"\nshare of the matrix product's speed {Table.Number(Table.Median(shares))}");

        (double Seconds, T Result) Time<T>(Func<T> step)
        {
            clock.Restart();
            T result = step();
            return (clock.Seconds, result);
        }

        void Add(string what, double value)
        {
            times.TryAdd(what, []);
            times[what].Add(value);
        }

        void Part(string what, double flop)
        {
            double seconds = Table.Median(times[what]);
            Table.Row(what, Table.Number(flop / 1e12, 3), Table.Number(seconds, 2), Table.Number(flop / seconds / 1e9, 0));
        }
    }

    private static double MatrixLimit(ScalarType type, Func<Func<Tensor>, (double Seconds, Tensor Result)> time)
    {
        const int Size = 4096;
        using var scope = NewDisposeScope();
        Tensor a = randn([Size, Size]).to(type);
        Tensor b = randn([Size, Size]).to(type);
        (double seconds, Tensor _) = time(() => a.matmul(b));
        return 2.0 * Size * Size * Size / seconds;
    }

    public static void Fill(nn.Module model)
    {
        foreach ((string name, var parameter) in model.named_parameters())
        {
            double width = Math.Max(1, parameter.numel() / parameter.shape[0]);
            parameter.normal_(0, parameter.shape.Length < 2 ? 0.02 : 1 / Math.Sqrt(width));
            if (name.EndsWith("norm.weight", StringComparison.Ordinal) || name.EndsWith(".scale", StringComparison.Ordinal))
            {
                parameter.fill_(1);
            }
        }
    }
}
