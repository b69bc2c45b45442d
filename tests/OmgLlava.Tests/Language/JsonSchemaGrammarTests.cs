using System.Text;
using System.Text.Json;
using OmgLlava.Language;

namespace OmgLlava.Tests.Language;

/// <summary>The texts that a JSON schema allows, byte by byte.</summary>
public class JsonSchemaGrammarTests
{
    private const string Person =
        """{"type":"object","properties":{"name":{"type":"string","minLength":1},"age":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"},"maxItems":2}},"required":["name"],"additionalProperties":false}""";

    private const string Tree =
        """{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"left":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["left"]}}}""";

    [Theory]
    [InlineData(Person, """{"name": "Ann", "age": 7}""", true)]
    [InlineData(Person, """{"name":"Ann"}""", true)]
    [InlineData(Person, """{"name":"Ann","tags":[]}""", true)]
    [InlineData(Person, """{"name":"딸기 \"\u0041\"","tags":["a", "b"]}""", true)]
    [InlineData(Person, """{"name":""}""", false)]
    [InlineData(Person, """{"age":7}""", false)]
    [InlineData(Person, """{"age":7,"name":"Ann"}""", false)] // the schema's order
    [InlineData(Person, """{"name":"Ann","tags":["a","b","c"]}""", false)]
    [InlineData(Person, """{"name":"Ann","other":1}""", false)]
    [InlineData(Person, """{"name":"Ann",}""", false)]
    [InlineData(Person, """{"name":"Ann","age":07}""", false)]
    [InlineData(Person, "{\"name\":\"a\nb\"}", false)]
    [InlineData(Tree, """{"left":{"left":{"left":null}}}""", true)]
    [InlineData(Tree, """{"left":{}}""", false)]
    [InlineData("""{"enum":["red","green",3,null]}""", "3", true)]
    [InlineData("""{"enum":["red","green",3,null]}""", "\"blue\"", false)]
    [InlineData("""{"type":"number"}""", "-12.5e+3", true)]
    [InlineData("""{"type":"number"}""", "1.", false)]
    [InlineData("""{"type":["boolean","null"]}""", "null", true)]
    [InlineData("""{"type":"object"}""", """{"a":[1,{"b":"c"}],"d":null}""", true)]
    [InlineData("""{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}]}""", """[1,"a"]""", true)]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1]", false)]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1,2,3]", true)]
    [InlineData("""{"type":"string","maxLength":2}""", "\"딸기\"", true)]
    [InlineData("""{"type":"string","maxLength":2}""", "\"abc\"", false)]
    [InlineData("{}", "[]", true)]
    public void A_text_is_allowed_or_not(string schema, string text, bool allowed) =>
        Assert.Equal(allowed, Accepts(schema, Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("not json", "no valid schema")]
    [InlineData("[]", "must be an object")]
    [InlineData("""{"type":"string","pattern":"a+"}""", "uses 'pattern'")]
    [InlineData("""{"type":"fish"}""", "'fish', which is none")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "'#/$defs/none', which is not there")]
    [InlineData("""{"$ref":"http://example.org/a"}""", "its own parts only")]
    [InlineData("""{"$ref":"#"}""", "without anything between")]
    [InlineData("""{"type":"object","properties":{},"required":["a"]}""", "requires 'a'")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "more items than it allows")]
    [InlineData("""{"type":"string","minLength":-1}""", "must be a count")]
    [InlineData("""{"type":"object","properties":5}""", "no valid schema")]
    public void A_schema_that_cannot_be_kept_to_is_refused_in_one_sentence(string schema, string reason)
    {
        OmgLlavaException error = Assert.Throws<OmgLlavaException>(() => new ByteGrammar(JsonSchemaGrammar.Read(schema)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Any walk through the grammar that ends where it may end is JSON that the schema's reader can read.</summary>
    [Fact]
    public void Whatever_is_drawn_from_a_grammar_is_JSON()
    {
        var random = new Random(5);
        foreach (
            string schema in (string[])[Person, Tree, """{"type":"object"}""", """{"type":"array","items":{"type":"number"}}"""]
        )
        {
            for (int run = 0; run < 50; run++)
            {
                var grammar = new ByteGrammar(JsonSchemaGrammar.Read(schema));
                var text = new List<byte>();
                int state = grammar.Start;
                while (text.Count < 400 && !(grammar.Accepts(state) && random.Next(4) == 0))
                {
                    byte[] next =
                    [
                        .. Enumerable
                            .Range(0, 256)
                            .Select(value => (byte)value)
                            .Where(value => grammar.Next(state, value) != ByteGrammar.Dead),
                    ];
                    if (next.Length == 0)
                    {
                        break;
                    }

                    byte[] closing = [.. next.Where(value => "\"}],:".Contains((char)value, StringComparison.Ordinal))];
                    byte chosen =
                        closing.Length > 0 && random.Next(3) > 0
                            ? closing[random.Next(closing.Length)]
                            : next[random.Next(next.Length)];
                    text.Add(chosen);
                    state = grammar.Next(state, chosen);
                }

                if (grammar.Accepts(state))
                {
                    JsonDocument.Parse(text.ToArray()).Dispose();
                }
            }
        }
    }

    private static bool Accepts(string schema, ReadOnlySpan<byte> text)
    {
        var grammar = new ByteGrammar(JsonSchemaGrammar.Read(schema));
        int state = grammar.Start;
        foreach (byte value in text)
        {
            state = grammar.Next(state, value);
        }

        return grammar.Accepts(state);
    }
}
