using System.Buffers.Binary;
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

    private readonly PickleInput _input;
    private readonly PickleStack _stack;
    private readonly string _path;
    private readonly Func<object?, object?> _persistent;
    private long _steps;

    private PickleReader(Stream stream, string path, Func<object?, object?> persistent)
    {
        _input = new PickleInput(stream, path);
        _stack = new PickleStack(_input);
        (_path, _persistent) = (path, persistent);
    }

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
                throw _input.Broken("it has too many items");
            }

            byte opcode = _input.Opcode();
            if (opcode == '.')
            {
                return _stack.Pop();
            }

            Step(opcode);
        }
    }

    private void Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x80:
                _input.Bytes(1);
                break; // PROTO
            case 0x95:
                _input.Bytes(8);
                break; // FRAME
            case (byte)'(':
                _stack.Mark();
                break; // MARK
            case (byte)'0':
                _stack.Pop();
                break; // POP
            case (byte)'1':
                _stack.PopMark();
                break; // POP_MARK
            case (byte)'2':
                _stack.Push(_stack.Peek());
                break; // DUP
            case (byte)'N':
                _stack.Push(null);
                break;
            case 0x88:
                _stack.Push(true);
                break;
            case 0x89:
                _stack.Push(false);
                break;
            case (byte)'J':
                _stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(_input.Bytes(4)));
                break;
            case (byte)'K':
                _stack.Push((long)_input.Bytes(1)[0]);
                break;
            case (byte)'M':
                _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(_input.Bytes(2)));
                break;
            case (byte)'I':
                _stack.Push(_input.Integer());
                break;
            case (byte)'L':
                _stack.Push(_input.LongInteger());
                break;
            case 0x8a:
                _stack.Push(_input.LongInteger(1));
                break; // LONG1
            case 0x8b:
                _stack.Push(_input.LongInteger(4));
                break; // LONG4
            case (byte)'F':
                _stack.Push(double.Parse(_input.Line(), System.Globalization.CultureInfo.InvariantCulture));
                break;
            case (byte)'G':
                _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(_input.Bytes(8)));
                break;
            case (byte)'S':
                _stack.Push(_input.Quoted());
                break;
            case (byte)'T':
                _stack.Push(Encoding.Latin1.GetString(_input.Bytes(_input.Length(4))));
                break; // BINSTRING
            case (byte)'U':
                _stack.Push(Encoding.Latin1.GetString(_input.Bytes(_input.Length(1))));
                break; // SHORT_BINSTRING
            case (byte)'V':
                _stack.Push(_input.Unescaped());
                break; // UNICODE
            case (byte)'X':
                _stack.Push(Encoding.UTF8.GetString(_input.Bytes(_input.Length(4))));
                break;
            case 0x8c:
                _stack.Push(Encoding.UTF8.GetString(_input.Bytes(_input.Length(1))));
                break;
            case 0x8d:
                _stack.Push(Encoding.UTF8.GetString(_input.Bytes(_input.Length(8))));
                break;
            case (byte)'B':
                _stack.Push(_input.Bytes(_input.Length(4)));
                break;
            case (byte)'C':
                _stack.Push(_input.Bytes(_input.Length(1)));
                break;
            case 0x8e or 0x96:
                _stack.Push(_input.Bytes(_input.Length(8)));
                break; // BINBYTES8, BYTEARRAY8
            case (byte)']' or 0x8f:
                _stack.Push(new List<object?>());
                break; // EMPTY_LIST, EMPTY_SET
            case (byte)'l':
                _stack.Push(_stack.PopMark());
                break; // LIST
            case 0x91:
                _stack.Push(_stack.PopMark());
                break; // FROZENSET
            case (byte)'a':
                AppendTo([_stack.Pop()]);
                break;
            case (byte)'e' or 0x90:
                AppendTo(_stack.PopMark());
                break; // APPENDS, ADDITEMS
            case (byte)')':
                _stack.Push(Array.Empty<object?>());
                break;
            case (byte)'t':
                _stack.Push(_stack.PopMark().ToArray());
                break;
            case 0x85 or 0x86 or 0x87:
                _stack.Push(_stack.Pop(opcode - 0x84));
                break; // TUPLE1..3
            case (byte)'}':
                _stack.Push(new Dictionary<object, object?>());
                break;
            // DICT
            case (byte)'d':
                List<object?> items = _stack.PopMark();
                _stack.Push(new Dictionary<object, object?>());
                SetItems(items);
                break;
            case (byte)'s':
                SetItems([.. _stack.Pop(2)]);
                break;
            case (byte)'u':
                SetItems(_stack.PopMark());
                break;
            case (byte)'g':
                _stack.Push(_stack.Recall(_input.Key()));
                break;
            case (byte)'h':
                _stack.Push(_stack.Recall(_input.Bytes(1)[0]));
                break;
            case (byte)'j':
                _stack.Push(_stack.Recall(_input.Length(4)));
                break;
            case (byte)'p':
                _stack.Remember(_input.Key());
                break;
            case (byte)'q':
                _stack.Remember(_input.Bytes(1)[0]);
                break;
            case (byte)'r':
                _stack.Remember(_input.Length(4));
                break;
            case 0x94:
                _stack.Remember();
                break; // MEMOIZE
            case (byte)'c':
                _stack.Push(Global(_input.Line(), _input.Line()));
                break;
            case 0x93:
                _stack.Push(GlobalFromStack(_stack.Pop(2)));
                break; // STACK_GLOBAL
            case (byte)'R' or 0x81:
                Call(_stack.Pop(2));
                break; // REDUCE, NEWOBJ
            case (byte)'b':
                Build(_stack.Pop());
                break;
            case (byte)'Q':
                _stack.Push(_persistent(_stack.Pop()));
                break; // BINPERSID
            default:
                throw _input.Broken($"it uses the opcode 0x{opcode:x2}, which tensors and plain data do not need");
        }
    }

    private void Call(object?[] pair)
    {
        if (pair[0] is not PickleGlobal global || pair[1] is not object?[] arguments)
        {
            throw _input.Broken("it calls something that is no known function");
        }

        _stack.Push(
            PickleGlobals.Call(global, arguments)
                ?? throw (
                    PickleGlobals.Reaches(global)
                        ? Refused(global)
                        : _input.Broken($"it calls {global} with arguments that do not fit")
                )
        );
    }

    /// <summary>State set after construction: PyTorch leaves version notes on state dicts, trainers on their histories.</summary>
    private void Build(object? state)
    {
        if (_stack.Peek() is not (Dictionary<object, object?> or List<object?> or PickleInert or PickleTensor))
        {
            throw _input.Broken(
                $"it sets the state of a {_stack.Peek()?.GetType().Name ?? "None"}, which tensors and plain data do not need "
                    + $"({state?.GetType().Name})"
            );
        }
    }

    private PickleGlobal GlobalFromStack(object?[] pair) =>
        pair is [string module, string name]
            ? Global(module, name)
            : throw _input.Broken("it names a function by something that is no text");

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
        if (_stack.Peek() is PickleInert)
        {
            return;
        }

        if (_stack.Peek() is not List<object?> list)
        {
            throw _input.Broken("it appends to something that is no list");
        }

        list.AddRange(items);
    }

    private void SetItems(List<object?> items)
    {
        if (_stack.Peek() is PickleInert)
        {
            return;
        }

        if (_stack.Peek() is not Dictionary<object, object?> dictionary || items.Count % 2 != 0)
        {
            throw _input.Broken("it sets items of something that is no dictionary");
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
            _ => throw _input.Broken("a dictionary has a key that is no plain value"),
        };
}
