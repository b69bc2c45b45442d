using System.Text;
using static TorchSharp.torch;

namespace OmgLlava.Weights;

/// <summary>
/// The only names that a pickle may ask for, and what calling them gives. None of them runs code of the file's author: they build
/// tensors, dictionaries and plain data. Everything else is refused by name.
/// </summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, ScalarType> Storages = new()
    {
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16,
        ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
        ["torch.storage.UntypedStorage"] = ScalarType.Byte,
    };

    private static readonly HashSet<string> Types =
    [
        "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8",
        "torch.uint8", "torch.bool",
    ];

    private static readonly HashSet<string> Calls =
    [
        "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter", "torch.Size", "torch.device",
        "collections.OrderedDict", "_codecs.encode", "builtins.set", "builtins.frozenset", "__builtin__.set",
    ];

    // Bookkeeping of trainers: training histories and numpy numbers. They are carried as opaque objects and never used.
    private static readonly HashSet<string> Inert =
    [
        "mmengine.logging.history_buffer.HistoryBuffer", "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.ndarray", "numpy.dtype",
    ];

    /// <summary>Whether a pickle may name it.</summary>
    public static bool IsKnown(PickleGlobal global)
    {
        string name = global.ToString();
        return Storages.ContainsKey(name) || Types.Contains(name) || Calls.Contains(name) || Inert.Contains(name);
    }

    /// <summary>The element type of a storage class.</summary>
    public static ScalarType? StorageType(PickleGlobal global) =>
        Storages.TryGetValue(global.ToString(), out ScalarType type) ? type : null;

    /// <summary>What calling a name with these arguments gives; null when the name cannot be called or the arguments do not fit.</summary>
    public static object? Call(PickleGlobal global, object?[] arguments) => (global.ToString(), arguments) switch
    {
        ("torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_tensor",
            [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..]) => Rebuild(storage, offset, shape, strides),
        ("torch._utils._rebuild_parameter", [PickleTensor tensor, ..]) => tensor,
        ("torch.Size", [object?[] sizes]) => sizes,
        ("torch.device", [string device, ..]) => device,
        ("collections.OrderedDict", []) => new Dictionary<object, object?>(),
        ("collections.OrderedDict", [List<object?> pairs]) => Pairs(pairs),
        ("_codecs.encode", [string text, "latin1" or "latin-1"]) => Encoding.Latin1.GetBytes(text),
        ("builtins.set" or "builtins.frozenset" or "__builtin__.set", [List<object?> items]) => items,
        _ when Inert.Contains(global.ToString()) => new PickleInert(global),
        _ => null,
    };

    private static PickleTensor? Rebuild(PickleStorage storage, long offset, object?[] shape, object?[] strides)
    {
        if (shape.Length != strides.Length || shape.Length > 32 || offset < 0
            || !shape.Concat(strides).All(number => number is long value && value is >= 0 and < (1L << 40)))
        {
            return null;
        }

        var tensor = new PickleTensor(storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()]);
        try
        {
            // A view may not reach outside its storage; one whose sizes overflow certainly does.
            long elements = tensor.Shape.Aggregate(1L, (product, size) => checked(product * size));
            return elements == 0 || checked(offset + tensor.Reach) <= storage.Count ? tensor : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static Dictionary<object, object?>? Pairs(List<object?> pairs)
    {
        var result = new Dictionary<object, object?>();
        foreach (object? pair in pairs)
        {
            if (pair is not (object?[] or List<object?>) || ((IList<object?>)pair) is not [{ } key, var value])
            {
                return null;
            }

            result[key] = value;
        }

        return result;
    }
}
