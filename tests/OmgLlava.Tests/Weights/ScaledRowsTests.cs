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
    private static readonly string Nano = Path.Combine(Repository.Root, "models", "nano");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_number_moves_by_more_than_half_of_its_rows_scale()
    {
        var random = new Random(3);
        const int Rows = 7;
        const int Columns = 61;
        float[] values = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(random.NextDouble() - 0.5) * 8)];
        values.AsSpan(2 * Columns, Columns).Clear();
        sbyte[] numbers = new sbyte[values.Length];
        float[] scales = new float[Rows];
        Assert.True(ScaledRows.Round(values, numbers, scales));
        float[] restored = new float[values.Length];
        ScaledRows.Restore(MemoryMarshal.AsBytes(numbers.AsSpan()), scales, restored);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.InRange(MathF.Abs(restored[i] - values[i]), 0, (scales[i / Columns] / 2) + 1e-6f);
        }

        Assert.Equal(0, scales[2]);
        values[5] = float.NaN;
        Assert.False(ScaledRows.Round(values, numbers, scales));
    }

    [Fact]
    public void A_rounded_model_is_smaller_passes_verification_and_sees_nearly_the_same()
    {
        string rounded = _folder["rounded"];
        ModelQuantizer.Write(
            Nano,
            rounded,
            quantization: null,
            perception: true,
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

    [Fact]
    public void What_was_rounded_stays_so_when_the_language_model_is_packed_later()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (string rounded, string packed) = (_folder["rounded"], _folder["packed"]);
        ModelQuantizer.Write(Nano, rounded, quantization: null, perception: true, cancellation: stop);
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

    private static IReadOnlyList<SegmentedObject> Segments(string directory, RgbImage picture)
    {
        using OmgLlavaModel model = OmgLlavaModel.Load(directory);
        using PerceivedImage seen = model.Perceive(picture);
        return model.Panoptic(seen).Objects;
    }
}
