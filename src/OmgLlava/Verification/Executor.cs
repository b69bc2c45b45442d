using static TorchSharp.torch;

namespace OmgLlava.Verification;

/// <summary>A way to compute a model. A new one joins the comparison by a line in <see cref="Of"/>.</summary>
/// <param name="Name">For people.</param>
/// <param name="Options">How the model is loaded for it.</param>
/// <param name="Tolerance">How far, as a share of the largest value, its precision alone may carry it from float32.</param>
internal sealed record Executor(string Name, LoadOptions Options, double Tolerance)
{
    private const double Exact = 1e-3;
    private const double Rounded = 0.1; // bfloat16 has eight bits, and a deep model multiplies the errors

    /// <summary>The executors that can run a model, the most exact first.</summary>
    public static IReadOnlyList<Executor> Of(OmgLlavaConfig config)
    {
        var options = new LoadOptions();
        if (config.Quantization is not null)
        {
            return
            [
                new(
                    "C# engine, packed weights, perception in float32",
                    options with
                    {
                        Engine = LanguageEngine.Cpu,
                        VisionType = ScalarType.Float32,
                    },
                    Exact
                ),
                new(
                    "C# engine, packed weights, perception in bfloat16",
                    options with
                    {
                        Engine = LanguageEngine.Cpu,
                        VisionType = ScalarType.BFloat16,
                    },
                    Rounded
                ),
            ];
        }

        Executor[] all =
        [
            new("libtorch, float32", Typed(LanguageEngine.Torch, ScalarType.Float32), Exact),
            new("C# engine, float32", Typed(LanguageEngine.Cpu, ScalarType.Float32), Exact),
            new("libtorch, bfloat16", Typed(LanguageEngine.Torch, ScalarType.BFloat16), Rounded),
            new("C# engine, bfloat16", Typed(LanguageEngine.Cpu, ScalarType.BFloat16), Rounded),
            .. cuda_is_available()
                ? (Executor[])
                    [
                        new(
                            "libtorch on CUDA, bfloat16",
                            Typed(LanguageEngine.Torch, ScalarType.BFloat16) with
                            {
                                Device = "cuda",
                            },
                            Rounded
                        ),
                    ]
                : [],
        ];
        // adapters kept apart
        return config.Lora is null ? all : [.. all.Where(executor => executor.Options.Engine == LanguageEngine.Torch)];

        LoadOptions Typed(LanguageEngine engine, ScalarType type) =>
            options with
            {
                Engine = engine,
                LanguageType = type,
                VisionType = type,
            };
    }
}
