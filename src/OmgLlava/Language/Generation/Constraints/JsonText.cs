using static OmgLlava.Language.Expression;

namespace OmgLlava.Language;

/// <summary>The smallest parts of JSON texts, as RFC 8259 has them.</summary>
internal static class JsonText
{
    private const int MostDigits = 15; // more would mean nothing to a reader with doubles

    private static readonly Expression Digit = new Bytes([((byte)'0', (byte)'9')]);

    private static readonly Expression Hex = new Bytes([((byte)'0', (byte)'9'), ((byte)'a', (byte)'f'), ((byte)'A', (byte)'F')]);

    private static readonly Expression Space = new Choice([Empty, Text(" ")]);

    private static readonly Expression Continuation = new Bytes([(0x80, 0xBF)]);

    // One character of a string: plain ASCII, an escape, or well-formed UTF-8 of two to four bytes (RFC 3629).
    private static readonly Expression Character = new Choice([
        new Bytes([(0x20, 0x21), (0x23, 0x5B), (0x5D, 0x7E)]),
        new Sequence([Text("\\"), new Bytes([.. "\"\\/bfnrt".Select(c => ((byte)c, (byte)c))])]),
        // By its number, halves of a pair aside, which alone are no character.
        new Sequence([
            Text("\\u"),
            new Bytes([
                ((byte)'0', (byte)'9'),
                ((byte)'a', (byte)'c'),
                ((byte)'A', (byte)'C'),
                ((byte)'e', (byte)'f'),
                ((byte)'E', (byte)'F'),
            ]),
            Hex,
            Hex,
            Hex,
        ]),
        new Sequence([
            Text("\\u"),
            new Bytes([((byte)'d', (byte)'d'), ((byte)'D', (byte)'D')]),
            new Bytes([((byte)'0', (byte)'7')]),
            Hex,
            Hex,
        ]),
        new Sequence([new Bytes([(0xC2, 0xDF)]), Continuation]),
        new Sequence([new Bytes([(0xE0, 0xE0)]), new Bytes([(0xA0, 0xBF)]), Continuation]),
        new Sequence([new Bytes([(0xE1, 0xEC), (0xEE, 0xEF)]), Continuation, Continuation]),
        new Sequence([new Bytes([(0xED, 0xED)]), new Bytes([(0x80, 0x9F)]), Continuation]),
        new Sequence([new Bytes([(0xF0, 0xF0)]), new Bytes([(0x90, 0xBF)]), Continuation, Continuation]),
        new Sequence([new Bytes([(0xF1, 0xF3)]), Continuation, Continuation, Continuation]),
        new Sequence([new Bytes([(0xF4, 0xF4)]), new Bytes([(0x80, 0x8F)]), Continuation, Continuation]),
    ]);

    /// <summary>What stands between members.</summary>
    public static Expression Comma { get; } = new Sequence([Text(","), Space]);

    /// <summary>What stands between a name and its value.</summary>
    public static Expression Colon { get; } = new Sequence([Text(":"), Space]);

    /// <summary>A string of any length.</summary>
    public static Expression String { get; } = Quoted(0, null);

    /// <summary>A whole number.</summary>
    public static Expression Integer { get; } =
        new Sequence([
            new Choice([Empty, Text("-")]),
            new Choice([Text("0"), new Sequence([new Bytes([((byte)'1', (byte)'9')]), new Repeat(Digit, 0, MostDigits - 1)])]),
        ]);

    /// <summary>A number.</summary>
    public static Expression Number { get; } =
        new Sequence([
            Integer,
            new Choice([Empty, new Sequence([Text("."), new Repeat(Digit, 1, MostDigits)])]),
            new Choice([
                Empty,
                new Sequence([
                    new Bytes([((byte)'e', (byte)'e'), ((byte)'E', (byte)'E')]),
                    new Choice([Empty, Text("-"), Text("+")]),
                    new Repeat(Digit, 1, 2),
                ]),
            ]),
        ]);

    /// <summary>A string of so many characters.</summary>
    public static Expression Quoted(int least, int? most) =>
        most < least
            ? throw new OmgLlavaException("The JSON schema wants a string that is longer than it allows.")
            : new Sequence([Text("\""), new Repeat(Character, least, most), Text("\"")]);
}
