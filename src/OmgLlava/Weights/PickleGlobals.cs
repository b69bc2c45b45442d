using System.Text;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>
/// The only names that a pickle may ask for, and what calling them gives. None of them runs code of the file's author: they build
/// tensors, dictionaries and plain data. Everything else is refused by name.
/// </summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, ElementType> Storages = new()
    {
        ["torch.DoubleStorage"] = ElementType.Float64,
        ["torch.FloatStorage"] = ElementType.Float32,
        ["torch.HalfStorage"] = ElementType.Float16,
        ["torch.BFloat16Storage"] = ElementType.BFloat16,
        ["torch.LongStorage"] = ElementType.Int64,
        ["torch.IntStorage"] = ElementType.Int32,
        ["torch.ShortStorage"] = ElementType.Int16,
        ["torch.CharStorage"] = ElementType.Int8,
        ["torch.ByteStorage"] = ElementType.Byte,
        ["torch.BoolStorage"] = ElementType.Bool,
        ["torch.storage.UntypedStorage"] = ElementType.Byte,
    };

    // Element types and classes that stand for themselves: nothing is made of them.
    private static readonly HashSet<string> Types =
    [
        "torch.float64",
        "torch.double",
        "torch.float32",
        "torch.float",
        "torch.float16",
        "torch.half",
        "torch.bfloat16",
        "torch.int64",
        "torch.long",
        "torch.int32",
        "torch.int",
        "torch.int16",
        "torch.short",
        "torch.int8",
        "torch.uint8",
        "torch.bool",
        "torch.uint16",
        "torch.uint32",
        "torch.uint64",
        "torch.complex32",
        "torch.complex64",
        "torch.complex128",
        "torch.float8_e4m3fn",
        "torch.float8_e5m2",
        "torch.Tensor",
        "torch._tensor.Tensor",
        "torch.nn.parameter.Parameter",
        "torch.nn.parameter.Buffer",
        "torch.strided",
        .. Builtins("int", "float", "str", "bool", "list", "tuple", "dict", "bytes", "object"),
        .. (
            (string[])
                [
                    "float64",
                    "float32",
                    "float16",
                    "int64",
                    "int32",
                    "int16",
                    "int8",
                    "uint64",
                    "uint32",
                    "uint16",
                    "uint8",
                    "bool_",
                    "str_",
                ]
        ).Select(name => "numpy." + name),
    ];

    private static readonly HashSet<string> Calls =
    [
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_parameter_with_state",
        "torch._tensor._rebuild_from_type_v2",
        "torch.Size",
        "torch.device",
        "collections.OrderedDict",
        "collections.Counter",
        "collections.defaultdict",
        "collections.deque",
        "mmengine.config.config.ConfigDict",
        "_codecs.encode",
        .. Builtins("set", "frozenset", "bytearray", "getattr"),
    ];

    // Bookkeeping of trainers: training histories, numpy arrays and numbers. They are carried as opaque objects and never used.
    private static readonly HashSet<string> Inert =
    [
        .. Histories,
        "numpy.ndarray",
        "numpy.dtype",
        "torch.serialization._get_layout",
        .. Builtins("range", "slice", "complex"),
        .. ((string[])["numpy.core", "numpy._core"]).SelectMany(core =>
            (string[])[$"{core}.multiarray._reconstruct", $"{core}.multiarray.scalar", $"{core}.numeric._frombuffer"]
        ),
    ];

    /// <summary>The class whose methods mmengine names to say how a history is summed up.</summary>
    private static string[] Histories => ["mmengine.logging.history_buffer.HistoryBuffer", "mmengine.logging.HistoryBuffer"];

    /// <summary>Whether a pickle may name it.</summary>
    public static bool IsKnown(PickleGlobal global)
    {
        string name = global.ToString();
        return Storages.ContainsKey(name) || Types.Contains(name) || Calls.Contains(name) || Inert.Contains(name);
    }

    /// <summary>The element type of a storage class.</summary>
    public static ElementType? StorageType(PickleGlobal global) =>
        Storages.TryGetValue(global.ToString(), out ElementType type) ? type : null;

    /// <summary>Whether calling it could reach anything in Python, so that arguments other than the harmless ones are refused by
    /// name.</summary>
    public static bool Reaches(PickleGlobal global) => global.Name == "getattr";

    /// <summary>What calling a name with these arguments gives; null when the name cannot be called or the arguments do not
    /// fit.</summary>
    public static object? Call(PickleGlobal global, object?[] arguments) =>
        (Modern(global), arguments) switch
        {
            (
                "torch._utils._rebuild_tensor_v2"
                    or "torch._utils._rebuild_tensor",
                [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..]
            ) => Rebuild(storage, offset, shape, strides),
            ("torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state", [PickleTensor tensor, ..]) =>
                tensor,
            (
                "torch._tensor._rebuild_from_type_v2",
                [PickleGlobal { Module: "torch._utils" } rebuild, PickleGlobal, object?[] own, ..]
            ) => Call(rebuild, own),
            ("torch.Size", [object?[] sizes]) => sizes,
            ("torch.Size", [List<object?> sizes]) => sizes.ToArray(),
            ("torch.device", [string device, ..]) => device,
            ("collections.OrderedDict" or "collections.Counter" or "mmengine.config.config.ConfigDict", []) => new Dictionary<
                object,
                object?
            >(),
            (
                "collections.Counter"
                    or "collections.OrderedDict"
                    or "mmengine.config.config.ConfigDict",
                [Dictionary<object, object?> items]
            ) => items,
            ("collections.OrderedDict", [List<object?> pairs]) => Pairs(pairs),
            ("collections.defaultdict", []) => new Dictionary<object, object?>(),
            ("collections.defaultdict", [null or PickleGlobal, .. var rest])
                when arguments[0] is null || Types.Contains($"{arguments[0]}") || Calls.Contains($"{arguments[0]}") => rest is []
                ? new Dictionary<object, object?>()
            : rest is [Dictionary<object, object?> items] ? items
            : null,
            ("collections.deque", []) => new List<object?>(),
            ("collections.deque", [object?[] items, ..]) => items.ToList(),
            ("collections.deque", [List<object?> items, ..]) => items,
            ("_codecs.encode", [string text, "latin1" or "latin-1"]) => Encoding.Latin1.GetBytes(text),
            ("_codecs.encode", [string text]) => Encoding.UTF8.GetBytes(text),
            ("builtins.set" or "builtins.frozenset", []) => new List<object?>(),
            ("builtins.set" or "builtins.frozenset", [List<object?> items]) => items,
            ("builtins.bytearray", []) => Array.Empty<byte>(),
            ("builtins.bytearray", [byte[] bytes]) => bytes,
            ("builtins.bytearray", [string text, "latin1" or "latin-1"]) => Encoding.Latin1.GetBytes(text),
            ("builtins.getattr", [PickleGlobal history, string method])
                when Histories.Contains(history.ToString()) && IsMethod(method) => new PickleInert(history),
            ("builtins.getattr", _) => null,
            var (name, _) when Inert.Contains(name) => new PickleInert(global),
            _ => null,
        };

    /// <summary>Python 2 calls its built-in names otherwise.</summary>
    private static string Modern(PickleGlobal global) =>
        global.Module == "__builtin__" ? $"builtins.{global.Name}" : global.ToString();

    private static IEnumerable<string> Builtins(params string[] names) =>
        names.SelectMany(name => (string[])[$"builtins.{name}", $"__builtin__.{name}"]);

    /// <summary>A method's own name: nothing that leads on to what lies behind the class.</summary>
    private static bool IsMethod(string text) =>
        text.Length is > 0 and < 64 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static PickleTensor? Rebuild(PickleStorage storage, long offset, object?[] shape, object?[] strides)
    {
        if (
            shape.Length != strides.Length
            || shape.Length > 32
            || offset < 0
            || !shape.Concat(strides).All(number => number is long value && value is >= 0 and < (1L << 40))
        )
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
