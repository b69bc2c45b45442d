using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Files;

namespace OmgLlava.Language;

/// <summary>
/// The tokens of a tokenizer folder that are found as a whole: those of <c>tokenizer_config.json</c>, or, where an older one
/// lists none, of <c>added_tokens.json</c> or <c>tokenizer.json</c>. InternLM2's first release named its chat tokens in neither;
/// they are known.
/// </summary>
internal static class SpecialTokens
{
    /// <summary>Name of the file that lists them.</summary>
    public const string ConfigName = "tokenizer_config.json";

    private const string DecoderField = "added_tokens_decoder";
    private const int MaxId = 10_000_000;
    private const int MaxBytes = 64 << 20;

    // The names of InternLM2's last pieces in its SentencePiece model, and what they mean in conversations.
    private static readonly (string Piece, string Token)[] InternLm2Pieces =
    [
        .. SentencePieceModel.ChatTokens.Select((token, index) => ($"[UNUSED_TOKEN_{141 + index}]", token)),
    ];

    /// <summary>Reads them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="vocabulary">The pieces.</param>
    /// <exception cref="OmgLlavaException">A file is damaged.</exception>
    public static Dictionary<string, AddedToken> Read(string folder, ISubwords vocabulary)
    {
        var special = new Dictionary<string, AddedToken>();
        foreach (string token in (string[])["<unk>", "<s>", "</s>"])
        {
            if (vocabulary.Find(token) is { } id)
            {
                special[token] = new AddedToken(token, id);
            }
        }

        _ =
            Read(folder, ConfigName, DecoderField, special, ReadDecoder)
            || (
                Read(folder, "added_tokens.json", null, special, ReadIds)
                | Read(folder, "tokenizer.json", "added_tokens", special, ReadList)
            );
        foreach ((string piece, string token) in InternLm2Pieces)
        {
            if (
                !special.ContainsKey(token)
                && (vocabulary.Find(token) ?? vocabulary.Find(piece)) is { } id
                && special.Values.All(other => other.Id != id)
            )
            {
                special[token] = new AddedToken(token, id);
            }
        }

        return special;
    }

    /// <summary>Writes the tokens into a folder's <c>tokenizer_config.json</c> where it lists none, so that every reader finds
    /// the same.</summary>
    /// <exception cref="OmgLlavaException">The file is damaged or cannot be written.</exception>
    public static void Complete(string folder, IEnumerable<AddedToken> special)
    {
        string path = Path.Combine(folder, ConfigName);
        try
        {
            JsonObject root = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];
            if (!root.ContainsKey(DecoderField))
            {
                root[DecoderField] = new JsonObject(
                    special
                        .OrderBy(token => token.Id)
                        .Select(token =>
                            KeyValuePair.Create<string, JsonNode?>(
                                token.Id.ToString(CultureInfo.InvariantCulture),
                                new JsonObject
                                {
                                    ["content"] = token.Text,
                                    ["lstrip"] = token.TakesBefore,
                                    ["rstrip"] = token.TakesBehind,
                                    ["special"] = true,
                                }
                            )
                        )
                );
                OutputFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(root.ToJsonString())));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new OmgLlavaException($"'{path}' is damaged: {error.Message}", error);
        }
    }

    /// <summary>The token that every text begins with; empty for none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="special">Its special tokens.</param>
    /// <exception cref="OmgLlavaException">The file is damaged.</exception>
    public static string Begin(string folder, Dictionary<string, AddedToken> special)
    {
        string begin = special.ContainsKey("<s>") ? "<s>" : "";
        Read(
            folder,
            ConfigName,
            null,
            special,
            (root, tokens) =>
            {
                if (root.TryGetProperty("add_bos_token", out JsonElement adds) && adds.ValueKind == JsonValueKind.False)
                {
                    begin = "";
                }
                else if (root.TryGetProperty("bos_token", out JsonElement token))
                {
                    string text =
                        (token.ValueKind == JsonValueKind.Object ? token.GetProperty("content") : token).GetString() ?? "";
                    begin = tokens.ContainsKey(text) ? text : "";
                }
            }
        );
        return begin;
    }

    private static bool Read(
        string folder,
        string name,
        string? field,
        Dictionary<string, AddedToken> special,
        Action<JsonElement, Dictionary<string, AddedToken>> read
    )
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
        {
            return false;
        }

        try
        {
            using FileStream file = InputFile.Open(path);
            Formats.NotTheFile.Refuse(file, path, textual: true);
            using JsonDocument document = JsonDocument.Parse(file);
            JsonElement added = document.RootElement;
            if (field is not null && !document.RootElement.TryGetProperty(field, out added))
            {
                return false;
            }

            read(added, special);
            return true;
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or FormatException
                        or OverflowException
                        or InvalidOperationException
                        or KeyNotFoundException
            )
        {
            throw new OmgLlavaException($"'{path}' is damaged: {error.Message}", error);
        }
    }

    /// <summary>{"7": {"content": "&lt;s&gt;"}}.</summary>
    private static void ReadDecoder(JsonElement added, Dictionary<string, AddedToken> special)
    {
        foreach (JsonProperty token in added.EnumerateObject())
        {
            Add(
                special,
                token.Value.GetProperty("content").GetString(),
                int.Parse(token.Name, CultureInfo.InvariantCulture),
                token.Value
            );
        }
    }

    /// <summary>{"&lt;s&gt;": 7}.</summary>
    private static void ReadIds(JsonElement added, Dictionary<string, AddedToken> special)
    {
        foreach (JsonProperty token in added.EnumerateObject())
        {
            Add(special, token.Name, token.Value.GetInt32());
        }
    }

    /// <summary>[{"content": "&lt;s&gt;", "id": 7}].</summary>
    private static void ReadList(JsonElement added, Dictionary<string, AddedToken> special)
    {
        foreach (JsonElement token in added.EnumerateArray())
        {
            Add(special, token.GetProperty("content").GetString(), token.GetProperty("id").GetInt32(), token);
        }
    }

    private static void Add(Dictionary<string, AddedToken> special, string? text, int id, JsonElement? token = null)
    {
        if (text is { Length: > 0 } && id is >= 0 and < MaxId)
        {
            foreach (string other in special.Values.Where(known => known.Id == id).Select(known => known.Text).ToArray())
            {
                special.Remove(other); // one id, one token
            }

            special[text] = new AddedToken(text, id, Flag(token, "lstrip"), Flag(token, "rstrip"));
        }
    }

    private static bool Flag(JsonElement? token, string name) =>
        token is { ValueKind: JsonValueKind.Object } some
        && some.TryGetProperty(name, out JsonElement flag)
        && flag.ValueKind == JsonValueKind.True;
}
