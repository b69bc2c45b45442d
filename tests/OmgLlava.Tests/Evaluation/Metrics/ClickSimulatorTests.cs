using FsCheck;
using FsCheck.Fluent;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class ClickSimulatorTests
{
    [Fact]
    public void Distances_are_those_of_trying_every_pixel() =>
        Prop.ForAll(
                MaskGenerators.Pairs.ToArbitrary(),
                pair =>
                {
                    Mask mask = pair.A;
                    int[] distances = SquaredDistances.ToOutside(mask.Pixels, mask.Width, mask.Height);
                    return Enumerable
                        .Range(0, distances.Length)
                        .All(i => distances[i] == Slowly(mask, i % mask.Width, i / mask.Width));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Clicks_go_into_the_middle_of_the_largest_error()
    {
        Mask truth = Square(10, 1, 1, 5);
        Assert.Equal(new SimulatedClick(3, 3, IsPositive: true), ClickSimulator.Next(truth, null, []));
        Assert.Equal(
            new SimulatedClick(7, 7, IsPositive: false),
            ClickSimulator.Next(truth, Union(truth, Square(10, 6, 6, 3)), [])
        );
        Assert.Null(ClickSimulator.Next(truth, truth, []));
    }

    [Fact]
    public void No_pixel_is_clicked_twice()
    {
        Mask truth = Square(6, 2, 2, 2);
        List<SimulatedClick> clicks = [];
        while (ClickSimulator.Next(truth, null, clicks) is { } click)
        {
            clicks.Add(click);
        }

        Assert.Equal(4, clicks.Distinct().Count());
        Assert.Equal(4, clicks.Count);
    }

    private static int Slowly(Mask mask, int x, int y) =>
        !mask[x, y]
            ? 0
            : Enumerable
                .Range(-1, mask.Height + 2)
                .SelectMany(v => Enumerable.Range(-1, mask.Width + 2).Select(u => (u, v)))
                .Where(p => p.u < 0 || p.v < 0 || p.u >= mask.Width || p.v >= mask.Height || !mask[p.u, p.v])
                .Min(p => ((p.u - x) * (p.u - x)) + ((p.v - y) * (p.v - y)));

    private static Mask Square(int size, int x, int y, int side) =>
        new(
            size,
            size,
            [
                .. Enumerable
                    .Range(0, size * size)
                    .Select(i => i % size >= x && i % size < x + side && i / size >= y && i / size < y + side),
            ]
        );

    private static Mask Union(Mask a, Mask b) =>
        new(a.Width, a.Height, [.. a.Pixels.ToArray().Zip(b.Pixels.ToArray(), (p, q) => p || q)]);
}
