using FsCheck;
using FsCheck.Fluent;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Evaluation.Metrics;

/// <summary>Random masks for property tests.</summary>
internal static class MaskGenerators
{
    /// <summary>Masks of one size.</summary>
    public static Gen<Mask> Masks(int width, int height) =>
        from share in Gen.Choose(0, 100)
        from numbers in Gen.Choose(0, 99).ArrayOf(width * height)
        select new Mask(width, height, [.. numbers.Select(number => number < share)]);

    /// <summary>Two masks of the same size.</summary>
    public static Gen<(Mask A, Mask B)> Pairs { get; } =
        from width in Gen.Choose(1, 20)
        from height in Gen.Choose(1, 20)
        from a in Masks(width, height)
        from b in Masks(width, height)
        select (a, b);
}
