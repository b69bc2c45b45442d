using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static OmgLlava.Language.Expression;

namespace OmgLlava.Language;

/// <summary>
/// Makes the grammar of the JSON texts that fit a JSON schema: objects with their properties in the schema's order, on one line.
/// Keywords that only describe are passed over; those that would narrow what is allowed and are not known here are refused by
/// name.
/// </summary>
internal sealed class JsonSchemaGrammar
{
    private const int MostLength = 100_000;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Unknown =
    [
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "not",
        "if",
        "then",
        "else",
        "patternProperties",
        "propertyNames",
        "uniqueItems",
        "contains",
        "minProperties",
        "maxProperties",
        "dependentSchemas",
        "dependentRequired",
        "unevaluatedProperties",
        "unevaluatedItems",
    ];

    private readonly JsonElement _root;
    private readonly Dictionary<string, Reference> _references = [];
    private readonly Reference _any = new();

    private JsonSchemaGrammar(JsonElement root)
    {
        _root = root;
        _any.Target = new Choice([
            AnyObject(),
            Array(_any, 0, null),
            JsonText.String,
            JsonText.Number,
            Text("true"),
            Text("false"),
            Text("null"),
        ]);
    }

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">A JSON schema; <c>{"type":"object"}</c> for any object.</param>
    /// <exception cref="OmgLlavaException">It is no JSON schema, or says what cannot be kept to.</exception>
    public static Expression Read(string schema)
    {
        if (schema.Length > MostLength)
        {
            throw new OmgLlavaException($"The JSON schema has {schema.Length} characters; the most are {MostLength}.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(schema);
            return new JsonSchemaGrammar(document.RootElement).Of(document.RootElement);
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new OmgLlavaException("The JSON schema is no valid schema.", error);
        }
    }

    private Expression Of(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            return _any;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new OmgLlavaException("A JSON schema must be an object.");
        }

        if (
            schema.EnumerateObject().FirstOrDefault(property => Unknown.Contains(property.Name)) is
            { Value.ValueKind: not JsonValueKind.Undefined } unknown
        )
        {
            throw new OmgLlavaException(
                $"The JSON schema uses '{unknown.Name}', which answers cannot be kept to here; leave it out."
            );
        }

        if (Get(schema, "$ref") is { } reference)
        {
            return Refer(reference.GetString() ?? "");
        }

        if (Get(schema, "const") is { } constant)
        {
            return Literal(constant);
        }

        if (Get(schema, "enum") is { } values)
        {
            return new Choice([.. values.EnumerateArray().Select(Literal)]);
        }

        if ((Get(schema, "anyOf") ?? Get(schema, "oneOf")) is { } options)
        {
            return new Choice([.. options.EnumerateArray().Select(Of)]);
        }

        if (Get(schema, "allOf") is { } all)
        {
            return all.GetArrayLength() == 1
                ? Of(all[0])
                : throw new OmgLlavaException("The JSON schema uses 'allOf' of several, which answers cannot be kept to here.");
        }

        return Get(schema, "type") switch
        {
            { ValueKind: JsonValueKind.Array } types => new Choice([
                .. types.EnumerateArray().Select(type => Of(schema, type.GetString())),
            ]),
            { } type => Of(schema, type.GetString()),
            null when Get(schema, "properties") is not null => Object(schema),
            null when Get(schema, "items") is not null => Of(schema, "array"),
            null => _any,
        };
    }

    private Expression Of(JsonElement schema, string? type) =>
        type switch
        {
            "object" => Object(schema),
            "array" => List(schema),
            "string" => JsonText.Quoted(Count(schema, "minLength") ?? 0, Count(schema, "maxLength")),
            "number" => JsonText.Number,
            "integer" => JsonText.Integer,
            "boolean" => new Choice([Text("true"), Text("false")]),
            "null" => Text("null"),
            _ => throw new OmgLlavaException($"The JSON schema has a type '{type}', which is none."),
        };

    private Sequence List(JsonElement schema)
    {
        int least = Count(schema, "minItems") ?? 0;
        int? most = Count(schema, "maxItems");
        if (Get(schema, "prefixItems") is not { } first)
        {
            return Array(Get(schema, "items") is { } items ? Of(items) : _any, least, most);
        }

        Expression[] parts = [.. first.EnumerateArray().Select(Of)];
        return new Sequence([
            Text("["),
            .. parts.SelectMany((part, i) => (Expression[])[i == 0 ? Empty : JsonText.Comma, part]),
            Text("]"),
        ]);
    }

    private static Sequence Array(Expression item, int least, int? most)
    {
        if (most < least)
        {
            throw new OmgLlavaException("The JSON schema wants an array with more items than it allows.");
        }

        Expression full =
            most == 0
                ? Empty
                : new Sequence([item, new Repeat(new Sequence([JsonText.Comma, item]), Math.Max(0, least - 1), most - 1)]);
        return new Sequence([Text("["), least == 0 ? new Choice([Empty, full]) : full, Text("]")]);
    }

    private Sequence Object(JsonElement schema)
    {
        (string Name, JsonElement Schema)[] properties =
        [
            .. Get(schema, "properties")?.EnumerateObject().Select(property => (property.Name, property.Value)) ?? [],
        ];
        HashSet<string> required = [.. Get(schema, "required")?.EnumerateArray().Select(name => name.GetString()!) ?? []];
        Expression? others = Get(schema, "additionalProperties") switch
        {
            null => properties.Length == 0 ? _any : null, // what is not named is not written, though a reader would take it
            { ValueKind: JsonValueKind.False } => null,
            { } more => Of(more),
        };
        if (required.Except(properties.Select(property => property.Name)).FirstOrDefault() is { } missing)
        {
            throw new OmgLlavaException($"The JSON schema requires '{missing}', which is none of its properties.");
        }

        // From the last property to the first: what may follow when nothing was written before, and when something was.
        Expression first = Empty;
        Expression later = Empty;
        if (others is not null)
        {
            Expression member = new Sequence([JsonText.String, JsonText.Colon, others]);
            later = new Repeat(new Sequence([JsonText.Comma, member]), 0, null);
            first = new Choice([Empty, new Sequence([member, later])]);
        }

        foreach ((string name, JsonElement value) in properties.Reverse())
        {
            Expression key = Text($"\"{JsonEncodedText.Encode(name, Plain.Encoder)}\"");
            Expression member = new Sequence([key, JsonText.Colon, Of(value)]);
            Expression opened = new Sequence([member, later]);
            Expression joined = new Sequence([JsonText.Comma, member, later]);
            (first, later) = required.Contains(name)
                ? (opened, joined)
                : (new Choice([opened, first]), new Choice([joined, later]));
        }

        return new Sequence([Text("{"), first, Text("}")]);
    }

    private Sequence AnyObject()
    {
        Expression member = new Sequence([JsonText.String, JsonText.Colon, _any]);
        return new Sequence([
            Text("{"),
            new Choice([Empty, new Sequence([member, new Repeat(new Sequence([JsonText.Comma, member]), 0, null)])]),
            Text("}"),
        ]);
    }

    private Reference Refer(string path)
    {
        if (_references.TryGetValue(path, out Reference? known))
        {
            return known;
        }

        var reference = _references[path] = new Reference();
        JsonElement at = _root;
        if (path is not ['#', ..])
        {
            throw new OmgLlavaException(
                $"The JSON schema refers to '{path}'; it can refer to its own parts only, '#/$defs/...'."
            );
        }

        foreach (string step in path.Split('/').Skip(1))
        {
            at =
                Get(
                    at,
                    Uri.UnescapeDataString(step)
                        .Replace("~1", "/", StringComparison.Ordinal)
                        .Replace("~0", "~", StringComparison.Ordinal)
                ) ?? throw new OmgLlavaException($"The JSON schema refers to '{path}', which is not there.");
        }

        reference.Target = Of(at);
        return reference;
    }

    private static Expression Literal(JsonElement value)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            value.WriteTo(writer);
        }

        return Text(Encoding.UTF8.GetString(json.ToArray()));
    }

    private static int? Count(JsonElement schema, string name) =>
        Get(schema, name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int count) && count >= 0 => count,
            _ => throw new OmgLlavaException($"The JSON schema's '{name}' must be a count."),
        };

    private static JsonElement? Get(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out JsonElement value) ? value : null;
}
