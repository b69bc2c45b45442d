using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace OmgLlava.Weights;

/// <summary>
/// Reads a pickle without running it. A pickle is a program; this machine knows the opcodes that build plain data and tensors,
/// and only the names in <see cref="PickleGlobals"/>. Results are null, bool, long, double, BigInteger, string, byte[], List
/// (lists and sets), object[] (tuples) and Dictionary.
/// </summary>
internal sealed class PickleReader
{
    private const int MaxItems = 50_000_000;

    private readonly Stream _input;
    private readonly string _path;
    private readonly Func<object?, object?> _persistent;
    private readonly Stack<List<object?>> _outer = new();
    private readonly Dictionary<long, object?> _memo = [];
    private List<object?> _stack = [];
    private long _steps;

    private PickleReader(Stream input, string path, Func<object?, object?> persistent) =>
        (_input, _path, _persistent) = (input, path, persistent);

    /// <summary>Reads one pickle of plain data.</summary>
    /// <param name="input">Stream that stands at its beginning; it is left behind its end.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <exception cref="OmgLlavaException">The pickle is damaged, or asks for anything but plain data; the message names
    /// it.</exception>
    public static object? Read(Stream input, string path) =>
        Read(
            input,
            path,
            _ => throw new OmgLlavaException($"'{path}' refers to data outside itself, which a pickle of plain data does not.")
        );

    /// <summary>Reads one pickle whose persistent ids are resolved by the caller.</summary>
    internal static object? Read(Stream input, string path, Func<object?, object?> persistent)
    {
        try
        {
            return new PickleReader(input, path, persistent).Run();
        }
        catch (EndOfStreamException error)
        {
            throw new OmgLlavaException(
                $"'{path}' is cut off in the middle of its pickle: the download was probably cut off; download it again.",
                error
            );
        }
        catch (Exception error)
            when (error
                    is InvalidCastException
                        or ArgumentException
                        or FormatException
                        or OverflowException
                        or InvalidOperationException
            )
        {
            throw new OmgLlavaException($"'{path}' is not a valid pickle: {error.Message}", error);
        }
    }

    private object? Run()
    {
        while (true)
        {
            if (++_steps > MaxItems)
            {
                throw Broken("it has too many items");
            }

            int opcode = _input.ReadByte();
            if (opcode == '.')
            {
                return Pop();
            }

            Step(opcode < 0 ? throw new EndOfStreamException() : (byte)opcode);
        }
    }

    private void Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x80:
                Bytes(1);
                break; // PROTO
            case 0x95:
                Bytes(8);
                break; // FRAME
            case (byte)'(':
                _outer.Push(_stack);
                _stack = [];
                break; // MARK
            case (byte)'0':
                Pop();
                break; // POP
            case (byte)'1':
                PopMark();
                break; // POP_MARK
            case (byte)'2':
                Push(Peek());
                break; // DUP
            case (byte)'N':
                Push(null);
                break;
            case 0x88:
                Push(true);
                break;
            case 0x89:
                Push(false);
                break;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                break;
            case (byte)'K':
                Push((long)Bytes(1)[0]);
                break;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                break;
            case (byte)'I':
                Push(DecimalInteger(Line()));
                break;
            case (byte)'L':
                PushInteger(BigInteger.Parse(Line().TrimEnd('L'), CultureInfo.InvariantCulture));
                break;
            case 0x8a:
                PushInteger(new BigInteger(Bytes(Bytes(1)[0])));
                break; // LONG1
            case 0x8b:
                PushInteger(new BigInteger(Bytes(Length(4))));
                break; // LONG4
            case (byte)'F':
                Push(double.Parse(Line(), CultureInfo.InvariantCulture));
                break;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                break;
            case (byte)'S':
                Push(Quoted(Line()));
                break;
            case (byte)'T':
                Push(Encoding.Latin1.GetString(Bytes(Length(4))));
                break; // BINSTRING
            case (byte)'U':
                Push(Encoding.Latin1.GetString(Bytes(Bytes(1)[0])));
                break; // SHORT_BINSTRING
            case (byte)'V':
                Push(Unescaped(Line()));
                break; // UNICODE
            case (byte)'X':
                Push(Encoding.UTF8.GetString(Bytes(Length(4))));
                break;
            case 0x8c:
                Push(Encoding.UTF8.GetString(Bytes(Bytes(1)[0])));
                break;
            case 0x8d:
                Push(Encoding.UTF8.GetString(Bytes(Length(8))));
                break;
            case (byte)'B':
                Push(Bytes(Length(4)));
                break;
            case (byte)'C':
                Push(Bytes(Bytes(1)[0]));
                break;
            case 0x8e or 0x96:
                Push(Bytes(Length(8)));
                break; // BINBYTES8, BYTEARRAY8
            case (byte)']' or 0x8f:
                Push(new List<object?>());
                break; // EMPTY_LIST, EMPTY_SET
            case (byte)'l':
                Push(PopMark());
                break; // LIST
            case 0x91:
                Push(PopMark());
                break; // FROZENSET
            case (byte)'a':
                AppendTo([Pop()]);
                break;
            case (byte)'e' or 0x90:
                AppendTo(PopMark());
                break; // APPENDS, ADDITEMS
            case (byte)')':
                Push(Array.Empty<object?>());
                break;
            case (byte)'t':
                Push(PopMark().ToArray());
                break;
            case 0x85 or 0x86 or 0x87:
                Push(PopMany(opcode - 0x84));
                break; // TUPLE1..3
            case (byte)'}':
                Push(new Dictionary<object, object?>());
                break;
            // DICT
            case (byte)'d':
                Push(new Dictionary<object, object?>());
                SetItems(_stack.Count == 0 ? [] : PopMarkBelowTop());
                break;
            case (byte)'s':
                SetItems([.. PopMany(2)]);
                break;
            case (byte)'u':
                SetItems(PopMark());
                break;
            case (byte)'g':
                Push(Recall(DecimalKey(Line())));
                break;
            case (byte)'h':
                Push(Recall(Bytes(1)[0]));
                break;
            case (byte)'j':
                Push(Recall(Length(4)));
                break;
            case (byte)'p':
                Remember(DecimalKey(Line()));
                break;
            case (byte)'q':
                Remember(Bytes(1)[0]);
                break;
            case (byte)'r':
                Remember(Length(4));
                break;
            case 0x94:
                Remember(_memo.Count);
                break; // MEMOIZE
            case (byte)'c':
                Push(Global(Line(), Line()));
                break;
            case 0x93:
                Push(GlobalFromStack(PopMany(2)));
                break; // STACK_GLOBAL
            case (byte)'R' or 0x81:
                Call(PopMany(2));
                break; // REDUCE, NEWOBJ
            case (byte)'b':
                Build(Pop());
                break;
            case (byte)'Q':
                Push(_persistent(Pop()));
                break; // BINPERSID
            default:
                throw Broken($"it uses the opcode 0x{opcode:x2}, which tensors and plain data do not need");
        }
    }

    private void Call(object?[] pair)
    {
        if (pair[0] is not PickleGlobal global || pair[1] is not object?[] arguments)
        {
            throw Broken("it calls something that is no known function");
        }

        Push(
            PickleGlobals.Call(global, arguments)
                ?? throw (
                    PickleGlobals.Reaches(global) ? Refused(global) : Broken($"it calls {global} with arguments that do not fit")
                )
        );
    }

    /// <summary>State set after construction: PyTorch leaves version notes on state dicts, trainers on their histories.</summary>
    private void Build(object? state)
    {
        if (Peek() is not (Dictionary<object, object?> or List<object?> or PickleInert or PickleTensor))
        {
            throw Broken(
                $"it sets the state of a {Peek()?.GetType().Name ?? "None"}, which tensors and plain data do not need "
                    + $"({state?.GetType().Name})"
            );
        }
    }

    private PickleGlobal GlobalFromStack(object?[] pair) =>
        pair is [string module, string name]
            ? Global(module, name)
            : throw Broken("it names a function by something that is no text");

    private PickleGlobal Global(string module, string name)
    {
        var global = new PickleGlobal(module, name);
        return PickleGlobals.IsKnown(global) ? global : throw Refused(global);
    }

    private OmgLlavaException Refused(PickleGlobal global) =>
        new(
            global.Module.StartsWith("__torch__", StringComparison.Ordinal)
                ? $"'{_path}' is a TorchScript program ({global}), not a checkpoint; a file of weights (a state dict) is needed."
            : global.Module.StartsWith("bitsandbytes", StringComparison.Ordinal)
                ? $"'{_path}' holds weights packed by bitsandbytes ({global}); get the original weights in 16 bits and pack "
                    + $"them here with --quantize int4."
            : $"'{_path}' asks to run {global}, which this reader refuses; only tensors and plain data are read."
        );

    private void AppendTo(IReadOnlyCollection<object?> items)
    {
        if (Peek() is PickleInert)
        {
            return;
        }

        if (Peek() is not List<object?> list)
        {
            throw Broken("it appends to something that is no list");
        }

        list.AddRange(items);
    }

    private void SetItems(List<object?> items)
    {
        if (Peek() is PickleInert)
        {
            return;
        }

        if (Peek() is not Dictionary<object, object?> dictionary || items.Count % 2 != 0)
        {
            throw Broken("it sets items of something that is no dictionary");
        }

        for (int i = 0; i < items.Count; i += 2)
        {
            dictionary[Key(items[i])] = items[i + 1];
        }
    }

    /// <summary>Tuples of plain values are equal by value in Python; their text stands for them here.</summary>
    private object Key(object? key) =>
        key switch
        {
            string or long or double or bool => key,
            null => "None",
            object?[] tuple => $"({string.Join(", ", tuple.Select(Key))})",
            BigInteger => key,
            byte[] bytes => Convert.ToHexString(bytes),
            PickleGlobal or PickleInert => key,
            _ => throw Broken("a dictionary has a key that is no plain value"),
        };

    private void Push(object? value) => _stack.Add(value);

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw Broken("its stack is empty");

    private object? Pop()
    {
        object? top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        if (_stack.Count < count)
        {
            throw Broken("its stack is empty");
        }

        object?[] items = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private List<object?> PopMark()
    {
        List<object?> items = _stack;
        _stack = _outer.TryPop(out List<object?>? below) ? below : throw Broken("a mark is missing");
        return items;
    }

    /// <summary>DICT builds from what lies above the mark, with the new dictionary pushed last.</summary>
    private List<object?> PopMarkBelowTop()
    {
        object? dictionary = Pop();
        List<object?> items = PopMark();
        Push(dictionary);
        return items;
    }

    private object? Recall(long key) =>
        _memo.TryGetValue(key, out object? value) ? value : throw Broken($"it recalls entry {key}, which it never stored");

    private void Remember(long key) => _memo[key] = Peek();

    private byte[] Bytes(int count)
    {
        // Lengths come from the file: never allocate more than what is left of it.
        if (_input.CanSeek && count > _input.Length - _input.Position)
        {
            throw new EndOfStreamException();
        }

        byte[] bytes = new byte[count];
        _input.ReadExactly(bytes);
        return bytes;
    }

    private int Length(int size)
    {
        byte[] bytes = Bytes(size);
        long length = size == 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length is >= 0 and <= int.MaxValue ? (int)length : throw Broken("it has a text or number of impossible length");
    }

    private string Line()
    {
        var line = new List<byte>();
        for (int b = _input.ReadByte(); b != '\n'; b = _input.ReadByte())
        {
            line.Add(b < 0 || line.Count > 1 << 20 ? throw new EndOfStreamException() : (byte)b);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    private static object DecimalInteger(string text) =>
        text switch
        {
            "00" => false,
            "01" => true,
            _ => long.Parse(text, CultureInfo.InvariantCulture),
        };

    private static long DecimalKey(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private void PushInteger(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            Push((long)value);
        }
        else
        {
            Push(value);
        }
    }

    private string Quoted(string text) =>
        text.Length >= 2 && text[0] == text[^1] && text[0] is '\'' or '"'
            ? text[1..^1]
                .Replace("\\'", "'", StringComparison.Ordinal)
                .Replace("\\n", "\n", StringComparison.Ordinal)
                .Replace("\\\\", "\\", StringComparison.Ordinal)
            : throw Broken("it has a text without quotes");

    private static string Unescaped(string text) =>
        text.Contains("\\u", StringComparison.Ordinal) ? System.Text.RegularExpressions.Regex.Unescape(text) : text;

    private OmgLlavaException Broken(string why) => new($"'{_path}' is not a pickle that this reader takes: {why}.");
}
