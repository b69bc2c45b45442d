using System.Runtime.InteropServices;
using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Verification;

/// <summary>Every tensor: whether the model needs it, has it in the right shape, with the bytes that were once written, and with
/// numbers only.</summary>
internal static class WeightsCheck
{
    private const int Shown = 20;

    public static IEnumerable<VerificationCheck> Run(
        ITensorSource weights,
        OmgLlavaConfig config,
        ConversionRecord? record,
        Action<string>? notes
    )
    {
        TensorAccount account = TensorAccount.Of(ModelTensors.Describe(config), weights.Tensors);
        yield return account.IsBalanced
            ? VerificationCheck.Passed(
                "tensors",
                $"all {weights.Tensors.Count} have the names and shapes that config.json asks for"
            )
            : VerificationCheck.Failed(
                "tensors",
                $"{account.Missing.Count} are missing, {account.Unexpected.Count} unexpected, {account.Misshapen.Count} of "
                    + $"another shape",
                [
                    .. account
                        .Missing.Select(name => $"missing: {name}")
                        .Concat(account.Unexpected.Select(name => $"unexpected: {name}"))
                        .Concat(account.Misshapen)
                        .Take(Shown),
                ]
            );

        notes?.Invoke(
            FormattableString.Invariant(
                $"Reading {weights.Tensors.Count} tensors, {weights.Tensors.Values.Sum(tensor => tensor.ByteCount) / 1e9:F2} GB."
            )
        );
        List<string> changed = [],
            broken = [];
        byte[] buffer = [];
        foreach (TensorInfo tensor in weights.Tensors.Values)
        {
            int length = checked((int)tensor.ByteCount);
            if (buffer.Length < length)
            {
                buffer = GC.AllocateUninitializedArray<byte>(length);
            }

            Span<byte> bytes = buffer.AsSpan(0, length);
            weights.CopyTo(tensor.Name, bytes);
            if (
                record?.Tensors?.TryGetValue(tensor.Name, out string? written) == true
                && TensorHashes.Of(bytes) is var now
                && now != written
            )
            {
                changed.Add($"{tensor.Name}: {now[..12]} instead of {written[..12]}");
            }

            if (CountNonFinite(tensor.DType, bytes) is > 0 and var count)
            {
                broken.Add($"{tensor.Name}: {count} of {tensor.ElementCount}");
            }
        }

        int known = record?.Tensors?.Keys.Count(weights.Tensors.ContainsKey) ?? 0;
        yield return changed.Count > 0
            ? VerificationCheck.Failed(
                "hashes",
                $"{changed.Count} tensors are not what was written; convert or pull the model again",
                [.. changed.Take(Shown)]
            )
        : known == 0
            ? VerificationCheck.Noted(
                "hashes",
                $"the directory has no {ConversionRecord.FileName} that says what was written, so changes cannot be told"
            )
        : VerificationCheck.Passed(
            "hashes",
            $"{known} of {weights.Tensors.Count} tensors have a recorded SHA-256, all are as they were written"
        );
        yield return broken.Count == 0
            ? VerificationCheck.Passed("numbers", "no tensor holds an infinity or a value that is no number")
            : VerificationCheck.Failed(
                "numbers",
                $"{broken.Count} tensors hold infinities or values that are no numbers",
                [.. broken.Take(Shown)]
            );
    }

    /// <summary>Values whose exponent is all ones. Packed weights are bytes, which are always numbers.</summary>
    private static long CountNonFinite(ElementType type, ReadOnlySpan<byte> bytes)
    {
        long count = 0;
        switch (type)
        {
            case ElementType.Float32:
                foreach (uint value in MemoryMarshal.Cast<byte, uint>(bytes))
                {
                    count += (value & 0x7F800000) == 0x7F800000 ? 1 : 0;
                }

                break;
            case ElementType.BFloat16 or ElementType.Float16:
                uint exponent = type == ElementType.BFloat16 ? 0x7F80u : 0x7C00u;
                foreach (ushort value in MemoryMarshal.Cast<byte, ushort>(bytes))
                {
                    count += (value & exponent) == exponent ? 1 : 0;
                }

                break;
        }

        return count;
    }
}
