using System.Numerics;

namespace OmgLlava.Weights;

/// <summary>The stack of a pickle machine, with the marks that lists and dictionaries are built above, and its memo.</summary>
/// <param name="input">Says what is wrong.</param>
internal sealed class PickleStack(PickleInput input)
{
    private readonly Stack<List<object?>> _outer = new();
    private readonly Dictionary<long, object?> _memo = [];
    private List<object?> _items = [];

    public void Push(object? value) => _items.Add(value);

    /// <summary>A whole number, as long where it has 64 bits, whatever opcode it came by.</summary>
    public void Push(BigInteger value) => Push(value.GetBitLength() < 64 ? (object)(long)value : value);

    public object? Peek() => _items.Count > 0 ? _items[^1] : throw input.Broken("its stack is empty");

    public object? Pop()
    {
        object? top = Peek();
        _items.RemoveAt(_items.Count - 1);
        return top;
    }

    /// <summary>The topmost items, the lowest first.</summary>
    public object?[] Pop(int count)
    {
        if (_items.Count < count)
        {
            throw input.Broken("its stack is empty");
        }

        object?[] items = [.. _items[^count..]];
        _items.RemoveRange(_items.Count - count, count);
        return items;
    }

    public void Mark()
    {
        _outer.Push(_items);
        _items = [];
    }

    /// <summary>All above the last mark.</summary>
    public List<object?> PopMark()
    {
        List<object?> items = _items;
        _items = _outer.TryPop(out List<object?>? below) ? below : throw input.Broken("a mark is missing");
        return items;
    }

    public object? Recall(long key) =>
        _memo.TryGetValue(key, out object? value) ? value : throw input.Broken($"it recalls entry {key}, which it never stored");

    public void Remember(long key) => _memo[key] = Peek();

    /// <summary>Stores under the next free number.</summary>
    public void Remember() => Remember(_memo.Count);
}
