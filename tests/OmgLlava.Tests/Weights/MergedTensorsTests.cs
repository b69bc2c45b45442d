using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Weights;

/// <summary>What merging adapters leaves to the garbage collector, which comes late for large arrays: a model has hundreds of
/// them.</summary>
public sealed class MergedTensorsTests : IDisposable
{
    private const string Name = "language.layers.0.wo.weight";
    private const int Width = 1024;
    private const int Rank = 64;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    public void Merging_adapters_leaves_no_arrays_behind(ElementType type)
    {
        using ITensorSource source = Write(type);
        using var merged = new MergedTensors(source, new LoraConfig { Rank = Rank, Alpha = 2 * Rank });
        byte[] weight = new byte[Width * Width * sizeof(float)];
        merged.CopyTo(Name, weight);
        long before = GC.GetAllocatedBytesForCurrentThread();
        merged.CopyTo(Name, weight);
        // The weight alone has two or four megabytes, an adapter a quarter of one.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000);
    }

    [Fact]
    public void Converting_elements_rounds_to_the_nearest_over_every_block()
    {
        float[] values = [.. Enumerable.Range(0, 5001).Select(i => (i * 0.37f) - 900)];
        byte[] single = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, single, 0, single.Length);
        byte[] half = new byte[values.Length * 2];
        ElementTypes.Convert(single, ElementType.Float32, half, ElementType.Float16);
        Assert.All(values.Index(), v => Assert.Equal((Half)v.Item, BitConverter.ToHalf(half, v.Index * 2)));
    }

    public void Dispose() => _folder.Dispose();

    private SafetensorsFile Write(ElementType type)
    {
        string path = _folder["weights.safetensors"];
        TensorInfo[] tensors =
        [
            new(Name, type, [Width, Width]),
            new("adapters.layers.0.wo.a", type, [Rank, Width]),
            new("adapters.layers.0.wo.b", type, [Width, Rank]),
        ];
        SafetensorsWriter.Write(path, tensors, (_, bytes) => bytes.Clear());
        return SafetensorsFile.Open(path);
    }
}
