using System.Collections;

namespace OmgLlava.Data;

/// <summary>Items that are made each time they are asked for, so that a data set takes little memory. Safe to use from several
/// threads.</summary>
/// <param name="count">How many there are.</param>
/// <param name="make">Makes one.</param>
internal sealed class RecordList<T>(int count, Func<int, T> make) : IReadOnlyList<T>
{
    public int Count => count;

    public T this[int index] => index >= 0 && index < count ? make(index) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<T> GetEnumerator() => Enumerable.Range(0, count).Select(make).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
