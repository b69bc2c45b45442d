using System.IO.Compression;
using System.Runtime.InteropServices;
using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Language.Cpu;
using OmgLlava.Perception;
using OmgLlava.Verification;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Weights;

/// <summary>Perception's weights in 8 bits: how far rounding moves them, and that a model of them sees the same.</summary>
public sealed class ScaledRowsTests : IDisposable
{
    private static readonly string Nano = Path.Combine(Repository.Root, "models", "nano-drawn");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(127)]
    [InlineData(31)]
    public void No_number_moves_by_more_than_half_of_its_rows_scale(int largest)
    {
        var format = (RowFormat)largest;
        var random = new Random(3);
        const int Rows = 7;
        const int Columns = 61;
        float[] values = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(random.NextDouble() - 0.5) * 8)];
        values.AsSpan(2 * Columns, Columns).Clear();
        sbyte[] numbers = new sbyte[values.Length];
        float[] scales = new float[Rows];
        Assert.True(ScaledRows.Round(values, numbers, scales, format));
        float[] restored = new float[values.Length];
        ScaledRows.Restore(MemoryMarshal.AsBytes(numbers.AsSpan()), scales, restored);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.InRange(MathF.Abs(restored[i] - values[i]), 0, (scales[i / Columns] / 2) + 1e-6f);
        }

        Assert.Equal(0, scales[2]);
        Assert.Equal(largest, numbers.Max(number => Math.Abs((int)number)));
        values[5] = float.NaN;
        Assert.False(ScaledRows.Round(values, numbers, scales, format));
    }

    [Fact]
    public void A_rounded_model_is_smaller_passes_verification_and_sees_nearly_the_same()
    {
        string rounded = _folder["rounded"];
        ModelQuantizer.Write(
            Nano,
            rounded,
            quantization: null,
            perception: RowFormat.Int8,
            cancellation: TestContext.Current.CancellationToken
        );
        using (ITensorSource stored = TensorSources.Open(rounded), read = ModelDirectory.OpenWeights(rounded))
        {
            long before = read.Tensors.Values.Sum(info => info.ElementCount * 2);
            Assert.InRange(stored.Tensors.Values.Sum(info => info.ByteCount), 1, 0.9 * before);
            Assert.Contains(stored.Tensors.Values, info => info.DType == ElementType.Int8);
            Assert.DoesNotContain(read.Tensors.Values, info => info.DType == ElementType.Int8);
        }

        VerificationReport report = ModelVerifier.Verify(
            rounded,
            new VerificationOptions(),
            TestContext.Current.CancellationToken
        );
        Assert.True(report.IsFine, report.ToJson());
        Assert.Equal(CheckOutcome.Passed, report.Checks.Single(check => check.Name == "hashes").Outcome);

        RgbImage picture = ImageFile.Load(Path.Combine(Repository.Root, "samples", "scenes", "images", "000006.png"));
        IReadOnlyList<SegmentedObject> plain = Segments(Nano, picture),
            other = Segments(rounded, picture);
        Assert.Equal(plain.Count, other.Count);
        foreach (SegmentedObject thing in plain)
        {
            Assert.InRange(other.Max(candidate => candidate.Mask.IntersectionOverUnion(thing.Mask)), 0.95, 1);
        }
    }

    [Theory]
    [InlineData(127)]
    [InlineData(31)]
    public void What_was_rounded_stays_so_when_the_language_model_is_packed_later(int largest)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (string rounded, string packed) = (_folder["rounded"], _folder["packed"]);
        ModelQuantizer.Write(Nano, rounded, quantization: null, (RowFormat)largest, cancellation: stop);
        LanguageConfig language = ModelDirectory.ReadConfig(Nano).Language;
        ModelQuantizer.Write(rounded, packed, QuantizationConfig.Of(WeightFormat.Int8).For(language), cancellation: stop);
        using ITensorSource before = TensorSources.Open(rounded),
            after = TensorSources.Open(packed);
        Assert.InRange(after.Tensors.Values.Sum(info => info.ByteCount), 1, before.Tensors.Values.Sum(info => info.ByteCount));
        foreach (TensorInfo info in before.Tensors.Values.Where(info => info.DType == ElementType.Int8))
        {
            byte[] numbers = new byte[info.ByteCount];
            byte[] same = new byte[info.ByteCount];
            before.CopyTo(info.Name, numbers);
            after.CopyTo(info.Name, same);
            Assert.Equal(numbers, same);
        }
    }

    [Fact]
    public void A_language_model_in_rows_is_smaller_and_still_a_plain_one()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string rounded = _folder["rounded"];
        ModelQuantizer.Write(Nano, rounded, quantization: null, rows: RowFormat.Int8, cancellation: stop);
        Assert.Null(ModelDirectory.ReadConfig(rounded).Quantization);
        using ITensorSource plain = ModelDirectory.OpenWeights(Nano),
            stored = TensorSources.Open(rounded),
            read = ModelDirectory.OpenWeights(rounded);
        long before = plain.Tensors.Values.Sum(info => info.ByteCount);
        Assert.InRange(stored.Tensors.Values.Sum(info => info.ByteCount), 1, 0.8 * before);
        Assert.Equal(plain.Tensors.Keys.Order(), read.Tensors.Keys.Order());
        const string Name = "language.layers.0.feed_forward.w1.weight";
        float[] exact = Numbers(plain, Name),
            near = Numbers(read, Name);
        float scale = exact.Max(MathF.Abs) / 127;
        Assert.All(exact.Zip(near), pair => Assert.InRange(MathF.Abs(pair.First - pair.Second), 0, scale));
        Assert.NotEqual(exact, near);

        static float[] Numbers(ITensorSource source, string name)
        {
            TensorInfo info = source.Describe(name);
            byte[] bytes = new byte[info.ByteCount];
            source.CopyTo(name, bytes);
            float[] numbers = new float[info.ElementCount];
            ElementTypes.ToSingle(bytes, info.DType, numbers);
            return numbers;
        }
    }

    [Fact]
    public void Scales_that_do_not_fit_are_refused_in_one_sentence()
    {
        string path = _folder["bad.safetensors"];
        SafetensorsWriter.Write(
            path,
            [
                new TensorInfo("a.weight", ElementType.Int8, [4, 2]),
                new TensorInfo("a.weight.scale", ElementType.Float32, [3]),
            ],
            (_, bytes) => bytes.Clear()
        );
        string message = Assert.Throws<OmgLlavaException>(() => ScaledTensors.Over(TensorSources.Open(path))).Message;
        Assert.EndsWith(
            "must be one float32 for each row of 'a.weight' (4, 2), not Float32 (3).",
            message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Six_bits_are_as_large_and_pack_smaller()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (string eight, string six) = (_folder["eight"], _folder["six"]);
        ModelQuantizer.Write(Nano, eight, quantization: null, RowFormat.Int8, cancellation: stop);
        ModelQuantizer.Write(Nano, six, quantization: null, RowFormat.Int6, cancellation: stop);
        Assert.InRange(Deflated(six), 1, 0.9 * Deflated(eight));

        static long Deflated(string directory)
        {
            using ITensorSource stored = TensorSources.Open(directory);
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                foreach (TensorInfo info in stored.Tensors.Values.Where(info => info.DType == ElementType.Int8))
                {
                    byte[] numbers = new byte[info.ByteCount];
                    stored.CopyTo(info.Name, numbers);
                    deflate.Write(numbers);
                }
            }

            return packed.Length;
        }
    }

    private static IReadOnlyList<SegmentedObject> Segments(string directory, RgbImage picture)
    {
        using OmgLlavaModel model = OmgLlavaModel.Load(directory);
        using PerceivedImage seen = model.Perceive(picture);
        return model.Panoptic(seen).Objects;
    }
}
