using System.Diagnostics;
using System.Globalization;
using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Torch.Runtime;
using OmgLlava.Weights;

namespace OmgLlava.Bench;

/// <summary>A picture and two questions, as a user sees them: loading, perception, first token, further tokens, memory.</summary>
internal static class PipelineBench
{
    public static void Run(BenchOptions options)
    {
        string directory = options.Text("model") ?? throw new ArgumentException("--model DIR is missing.");
        if (!Directory.Exists(directory))
        {
            Make(directory, options);
        }

        var load = new LoadOptions
        {
            Threads = options.Number("threads", 0),
            Engine = Enum.Parse<LanguageEngine>(options.Text("engine") ?? "Auto", ignoreCase: true),
            Notes = Console.Error.WriteLine,
        };
        var clock = Stopwatch.StartNew();
        using var model = OmgLlavaModel.Load(directory, load);
        double loading = clock.Elapsed.TotalSeconds;
        int size = model.Config.Image.Size;
        byte[] pixels = new byte[3 * size * size];
        new Random(3).NextBytes(pixels);
        var picture = new RgbImage(size, size, pixels);
        var generation = new GenerationOptions
        {
            MaxNewTokens = options.Number("tokens", 65),
            Temperature = 1,
            Seed = 1,
        };
        if (size < 1000)
        {
            Ask(model, picture, generation); // a small model's times would be those of the just-in-time compiler
        }

        List<(string Turn, Reply Reply, double First)> turns = Ask(model, picture, generation);
        Table.Header(
            $"{model.Name}, {model.Config.Quantization?.ToString() ?? "plain weights"}, engine {load.Engine}; loaded in "
                + $"{loading:F1} s",
            "turn",
            "prompt tokens",
            "perception, s",
            "first token, s",
            "tokens",
            "tokens/s"
        );
        foreach ((string turn, Reply reply, double first) in turns)
        {
            double rest = (reply.Timings.Total - reply.Timings.FirstToken).TotalSeconds;
            Table.Row(
                turn,
                $"{reply.Timings.PromptTokens}",
                Table.Number(reply.Timings.Perception.TotalSeconds),
                Table.Number(first),
                $"{reply.Tokens.Count}",
                Table.Number((reply.Tokens.Count - 1) / rest)
            );
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\nsecond question's first token against the first's {turns[1].First / turns[0].First:F3}"
            )
        );
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak resident memory {Peak() / 1e9:F2} GB"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processor while idle {100 * Idle():F2} % of a core"));
    }

    /// <summary>Two turns; the first one's time to its first token counts looking at the picture.</summary>
    private static List<(string Turn, Reply Reply, double First)> Ask(
        OmgLlavaModel model,
        RgbImage picture,
        GenerationOptions generation
    )
    {
        var clock = Stopwatch.StartNew();
        using ImageChat chat = model.StartChat(picture);
        double seen = clock.Elapsed.TotalSeconds;
        Reply first = chat.AskAsync("Please describe this image in detail.", options: generation).GetAwaiter().GetResult();
        Reply second = chat.AskAsync("Please segment the person on the left.", options: generation).GetAwaiter().GetResult();
        return
        [
            ("first", first, seen + first.Timings.FirstToken.TotalSeconds),
            ("second", second, second.Timings.FirstToken.TotalSeconds),
        ];
    }

    /// <summary>Writes a model of a preset with random weights, packed from the start where it is to be quantized.</summary>
    private static void Make(string directory, BenchOptions options)
    {
        ModelPreset preset = ModelPreset.Find(options.Text("preset") ?? "omg-llava-7b");
        if (options.Text("format") is not { } format)
        {
            NewModel.Write(preset, directory);
            return;
        }

        TorchRuntime.Initialize(); // the list of tensors comes from its modules
        var quantization = QuantizationConfig.Of(Enum.Parse<WeightFormat>(format, ignoreCase: true));
        OmgLlavaConfig config = preset.Config with { Quantization = quantization };
        using var model = UnfinishedModel.Begin(directory);
        MadeUpVocabulary.Write(directory, config.Language.VocabularySize);
        using var packed = new PackedRandomWeights(config.Language with { VocabularySize = config.EmbeddingRows }, quantization);
        var random = new RandomWeights(0);
        SafetensorsWriter.WriteSharded(
            directory,
            ModelTensors.Describe(config),
            (info, bytes) =>
            {
                if (info.DType == ElementType.Byte)
                {
                    packed.CopyTo(info.Name["language.".Length..], bytes);
                }
                else
                {
                    random.Fill(info, bytes);
                }
            }
        );
        config.Save(Path.Combine(directory, ModelDirectory.ConfigName));
        model.Finish();
    }

    private static double Peak() =>
        double.Parse(
            File.ReadLines("/proc/self/status")
                .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) * 1024;

    /// <summary>The share of a core that the process takes when nothing is asked.</summary>
    private static double Idle()
    {
        Thread.Sleep(1000);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Thread.Sleep(5000);
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds / 5;
    }
}
