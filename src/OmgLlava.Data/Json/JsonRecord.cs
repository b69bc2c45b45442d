using System.Globalization;
using System.Text.Json;

namespace OmgLlava.Data.Json;

/// <summary>A JSON value whose members are read with errors that name the file, the record and the member.</summary>
/// <param name="value">The value.</param>
/// <param name="where">Names the record; called only for an error.</param>
internal sealed class JsonRecord(JsonElement value, Func<string> where)
{
    /// <summary>The value itself.</summary>
    public JsonElement Value => value;

    /// <summary>The value as a text.</summary>
    public string AsText() =>
        value.ValueKind == JsonValueKind.String ? Decode(() => value.GetString()!) : throw Error("it is no text");

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text.</summary>
    public string Text(string name) =>
        Member(name) is { ValueKind: JsonValueKind.String } member
            ? Decode(() => member.GetString()!)
            : throw Error($"'{name}' is no text");

    /// <summary>A text or a whole number, as a text: ids are written either way.</summary>
    public string Identity(string name) =>
        Member(name) switch
        {
            { ValueKind: JsonValueKind.String } => Text(name),
            { ValueKind: JsonValueKind.Number } member => member.GetRawText(),
            _ => throw Error($"'{name}' is neither text nor number"),
        };

    /// <summary>A whole number, also where it is written as a text or as 3.0.</summary>
    public long Integer(string name)
    {
        JsonElement member = Member(name);
        string text = member.ValueKind switch
        {
            JsonValueKind.Number => member.GetRawText(),
            JsonValueKind.String => Text(name),
            _ => "",
        };
        return
            decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            && number == decimal.Truncate(number)
            && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : throw Error($"'{name}' is no whole number");
    }

    /// <summary>A whole number that is a size in pixels.</summary>
    public int Size(string name) =>
        Integer(name) is >= 1 and <= 1 << 20 and long size ? (int)size : throw Error($"'{name}' is no size in pixels");

    /// <summary>A whole number that names a category.</summary>
    public int Category(string name) =>
        Integer(name) is >= int.MinValue and <= int.MaxValue and long category
            ? (int)category
            : throw Error($"'{name}' is no category");

    /// <summary>A number.</summary>
    public double Number(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Number } member
        && member.TryGetDouble(out double number)
        && double.IsFinite(number)
            ? number
            : throw Error($"'{name}' is no number");

    /// <summary>True, false, 0 or 1; false where it is missing.</summary>
    public bool Flag(string name) =>
        Find(name) switch
        {
            null or { ValueKind: JsonValueKind.False } => false,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.Number } => Integer(name) != 0,
            _ => throw Error($"'{name}' is neither true nor false"),
        };

    /// <summary>An object.</summary>
    public JsonRecord Object(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Object } member
            ? new JsonRecord(member, () => $"{where()}, '{name}'")
            : throw Error($"'{name}' is no object");

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<JsonRecord> List(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Array } member
            ? [.. member.EnumerateArray().Select((element, i) => new JsonRecord(element, () => $"{where()}, '{name}' {i + 1}"))]
            : throw Error($"'{name}' is no array");

    /// <summary>The members of this object.</summary>
    public IReadOnlyList<(string Name, JsonRecord Value)> Members() =>
        value.ValueKind == JsonValueKind.Object
            ?
            [
                .. value
                    .EnumerateObject()
                    .Select(property =>
                        (Decode(() => property.Name), new JsonRecord(property.Value, () => $"{where()}, '{property.Name}'"))
                    ),
            ]
            : throw Error("it is no object");

    /// <summary>Numbers of an array.</summary>
    /// <param name="name">The member.</param>
    /// <param name="count">How many there must be; -1 for any.</param>
    public IReadOnlyList<double> Numbers(string name, int count = -1)
    {
        IReadOnlyList<double>? numbers = Numbers(Member(name));
        return numbers is not null && (count < 0 || numbers.Count == count)
            ? numbers
            : throw Error($"'{name}' is no list of {(count < 0 ? "" : $"{count} ")}numbers");
    }

    /// <summary>Numbers of an array; null where it is none.</summary>
    public static IReadOnlyList<double>? Numbers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var numbers = new List<double>(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetDouble(out double number) || !double.IsFinite(number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>A member that must be there.</summary>
    public JsonElement Member(string name) => Find(name) ?? throw Error($"'{name}' is missing");

    /// <summary>An error in this record.</summary>
    public OmgLlavaException Error(string what) => new($"{where()}: {what}.");

    /// <summary>The path of a picture that the record names.</summary>
    /// <exception cref="OmgLlavaException">It does not exist, or leads out of its folder.</exception>
    public string Image(string folder, string name)
    {
        string path = Guard(() => DataFiles.Inside(folder, name));
        return File.Exists(path) ? path : throw Error($"its image '{path}' does not exist");
    }

    /// <summary>Does something whose errors belong to this record.</summary>
    public T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OmgLlavaException error) when (!error.Message.StartsWith('\''))
        {
            throw new OmgLlavaException($"{where()}: {error.Message}", error);
        }
    }

    private JsonElement? Find(string name) =>
        value.ValueKind == JsonValueKind.Object
            ? Decode(() =>
                value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null
                    ? (JsonElement?)member
                    : null
            )
            : throw Error("it is no object");

    /// <summary>Reads text, which JSON can write so that it is no Unicode: half a surrogate pair.</summary>
    private T Decode<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException error)
        {
            throw new OmgLlavaException($"{where()}: it has a text that is no Unicode.", error);
        }
    }
}
