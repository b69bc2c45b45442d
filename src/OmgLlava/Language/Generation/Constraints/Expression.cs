using System.Text;

namespace OmgLlava.Language;

/// <summary>A part of a grammar over bytes. Parts are compared by identity.</summary>
internal abstract class Expression
{
    /// <summary>Nothing.</summary>
    public static Expression Empty { get; } = new Sequence([]);

    /// <summary>A text, byte for byte.</summary>
    public static Expression Text(string text) =>
        new Sequence([.. Encoding.UTF8.GetBytes(text).Select(value => new Bytes([(value, value)]))]);

    /// <summary>One byte of some ranges, ends included.</summary>
    public sealed class Bytes((byte First, byte Last)[] ranges) : Expression
    {
        /// <summary>Whether a byte is one of them.</summary>
        public bool Contains(byte value) => Array.Exists(ranges, range => value >= range.First && value <= range.Last);
    }

    /// <summary>Parts one after the other.</summary>
    public sealed class Sequence(IReadOnlyList<Expression> parts) : Expression
    {
        public IReadOnlyList<Expression> Parts { get; } = parts;
    }

    /// <summary>One of some parts.</summary>
    public sealed class Choice(IReadOnlyList<Expression> options) : Expression
    {
        public IReadOnlyList<Expression> Options { get; } = options;
    }

    /// <summary>A part that is known later, for grammars that hold themselves.</summary>
    public sealed class Reference : Expression
    {
        public Expression Target { get; set; } = Empty;
    }

    /// <summary>A part several times; <c>Most</c> null for any number.</summary>
    public sealed class Repeat(Expression item, int least, int? most) : Expression
    {
        private Repeat? _less;

        public Expression Item { get; } = item;

        public int Least { get; } = least;

        public int? Most { get; } = most;

        /// <summary>The same, once less.</summary>
        public Repeat Less() => Least == 0 && Most is null ? this : _less ??= new Repeat(Item, Math.Max(0, Least - 1), Most - 1);
    }
}
