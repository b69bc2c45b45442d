using OmgLlava.Formats;

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
        ITorchLibrary? torch = TorchLibrary.Installed;
        if (config.Quantization is not null)
        {
            LoadOptions packed = options with { Engine = LanguageEngine.Cpu, VisionType = ElementType.Float32 };
            return
            [
                new("C# engine, packed weights, perception in float32", packed, Exact),
                .. torch is null
                    ? (Executor[])[]
                    :
                    [
                        new(
                            "C# engine, packed weights, perception in bfloat16 by libtorch",
                            packed with
                            {
                                VisionType = ElementType.BFloat16,
                            },
                            Rounded
                        ),
                    ],
            ];
        }

        Executor[] all =
        [
            new("libtorch, float32", Typed(LanguageEngine.Torch, ElementType.Float32), Exact),
            new("C# engine, float32", Typed(LanguageEngine.Cpu, ElementType.Float32), Exact),
            new("libtorch, bfloat16", Typed(LanguageEngine.Torch, ElementType.BFloat16), Rounded),
            new(
                "C# engine, bfloat16",
                Typed(LanguageEngine.Cpu, ElementType.BFloat16) with
                {
                    VisionType = ElementType.Float32,
                },
                Rounded
            ),
            .. torch?.GraphicsCards > 0
                ? (Executor[])
                    [
                        new(
                            "libtorch on CUDA, bfloat16",
                            Typed(LanguageEngine.Torch, ElementType.BFloat16) with
                            {
                                Device = "cuda",
                            },
                            Rounded
                        ),
                    ]
                : [],
        ];
        return torch is not null ? all : [.. all.Where(executor => executor.Options.Engine != LanguageEngine.Torch)];

        LoadOptions Typed(LanguageEngine engine, ElementType type) =>
            options with
            {
                Engine = engine,
                LanguageType = type,
                VisionType = type,
            };
    }
}
