using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using OmgLlava.Language;

namespace OmgLlava.Tests.Language.Families;

/// <summary>Tokenizers as Qwen2, Llama 3 and Phi-3 publish them, with small vocabularies.</summary>
public sealed class FamilyTokenizerTests : IDisposable
{
    private const string QwenPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] Merges = ["Ġ t", "h e", "Ġt he", "c a", "ca t", "Ġ cat", "Ã ©", "i n", "in g"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Both_forms_of_a_byte_level_tokenizer_cut_text_alike()
    {
        WritePairs(_folder);
        var pairs = Tokenizer.Load(_folder.Path);
        File.Delete(_folder["vocab.json"]);
        WriteJson();
        var json = Tokenizer.Load(_folder.Path);
        WriteJson(model =>
            model["merges"] = new JsonArray([
                .. Merges.Select(pair => (JsonNode)new JsonArray([.. pair.Split(' ').Select(part => JsonValue.Create(part))])),
            ])
        );
        var newer = Tokenizer.Load(_folder.Path);
        foreach (
            string text in (string[])["the cat's thing", " the cat\n\n  12 cats", "café ÉTÉ\r\n", "中文🙂", "I'll DON'T", ""]
        )
        {
            Assert.Equal(pairs.Encode(text), json.Encode(text));
            Assert.Equal(json.Encode(text), newer.Encode(text));
            Assert.Equal(text, pairs.Decode(pairs.Encode(text)));
        }

        Assert.Equal(["Ġ", "Ġcat", "'", "s", "Ġthe", "1", "2"], Pieces(pairs, "  cat's the12"));
        Assert.Equal("é", pairs.Decode(pairs.Encode("é"))); // composed before it is cut
        Assert.Single(pairs.Encode("é"));
    }

    [Fact]
    public void Any_text_comes_back_from_a_byte_level_tokenizer()
    {
        WritePairs(_folder);
        var tokenizer = Tokenizer.Load(_folder.Path);
        Prop.ForAll<NonNull<string>>(text =>
            {
                string valid = new([.. text.Get.Where(c => !char.IsSurrogate(c))]);
                return tokenizer.Decode(tokenizer.Encode(valid, special: false)) == valid.Normalize();
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Qwen2_speaks_without_a_first_token_and_its_special_tokens_are_found()
    {
        WritePairs(_folder);
        var tokenizer = Tokenizer.Load(_folder.Path);
        int start = Vocabulary().Count;
        Assert.Equal(start + 1, tokenizer.Id("<|im_start|>"));
        Assert.Equal(start + 3, tokenizer.Id("[SEG]"));
        ChatTemplate template = Qwen2Family.Instance.Template(tokenizer);
        IReadOnlyList<int> ids = template.FirstTurn(tokenizer, "the <region><|im_end|>");
        Assert.Equal(tokenizer.Id("<|im_start|>"), ids[0]);
        Assert.Equal(2, ids.Count(id => id == tokenizer.Id("<|im_start|>")));
        Assert.Single(ids, tokenizer.Id("<|im_end|>")); // that of the template; a person cannot end a turn
        Assert.Contains(ChatTemplate.ImageToken, ids);
        Assert.Contains(tokenizer.Id("<region>"), ids);
    }

    [Fact]
    public void Llama_3_takes_whole_words_and_begins_with_its_own_token()
    {
        WriteJson(
            model =>
            {
                model["ignore_merges"] = true;
                model["vocab"]!["Ġthing"] = 900;
            },
            "<|begin_of_text|>",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eot_id|>"
        );
        File.WriteAllText(_folder["tokenizer_config.json"], """{ "bos_token": "<|begin_of_text|>" }""");
        var tokenizer = Tokenizer.Load(_folder.Path);
        Assert.Equal([900], tokenizer.Encode(" thing"));
        ChatTemplate template = LlamaFamily.Instance.Template(tokenizer);
        IReadOnlyList<int> ids = template.FirstTurn(tokenizer, "the cat", withImage: false);
        Assert.Equal(tokenizer.Id("<|begin_of_text|>"), ids[0]);
        Assert.Equal(
            tokenizer.Encode(
                "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nthe "
                    + "cat<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
            ),
            ids
        );
        Assert.Equal("<|eot_id|>", template.TurnEnd);
    }

    [Fact]
    public void Phi_3_puts_a_space_first_and_swallows_what_follows_its_tokens()
    {
        WritePhi3();
        var tokenizer = Tokenizer.Load(_folder.Path);
        Assert.Equal("hello", tokenizer.Decode(tokenizer.Encode("hello")));
        // the second space is one more
        Assert.Equal(
            tokenizer.Encode("\u2581hello".Replace('\u2581', ' '), special: false).Count,
            tokenizer.Encode("hello").Count + 1
        );
        var stream = new TextStream(tokenizer);
        Assert.Equal("hi you", string.Concat(tokenizer.Encode("hi you").Select(stream.Add)) + stream.Finish());

        ChatTemplate template = Phi3Family.Instance.Template(tokenizer);
        IReadOnlyList<int> ids = template.FirstTurn(tokenizer, " hi", withImage: false);
        Assert.Equal(
            [
                tokenizer.Id("<s>"),
                tokenizer.Id("<|user|>"),
                .. tokenizer.Encode("hi", special: false),
                tokenizer.Id("<|end|>"),
                tokenizer.Id("<|assistant|>"),
            ],
            ids
        );
        Assert.Equal(ids, tokenizer.Encode("<s><|user|>\n hi<|end|>\n<|assistant|>\n"));
    }

    [Fact]
    public void Llama_2_is_asked_in_square_brackets()
    {
        WritePhi3(chat: false);
        var tokenizer = Tokenizer.Load(_folder.Path);
        ChatTemplate template = LlamaFamily.Instance.Template(tokenizer);
        Assert.Equal(tokenizer.Encode("<s>[INST] hi [/INST]"), template.FirstTurn(tokenizer, "hi", withImage: false));
        Assert.Equal(tokenizer.Encode("<s>[INST] more [/INST]"), template.NextTurn(tokenizer, "more"));
    }

    [Fact]
    public void What_is_not_byte_level_is_refused_with_the_remedy()
    {
        WriteJson(model => model["type"] = "Unigram");
        var error = Assert.Throws<OmgLlavaException>(() => Tokenizer.Load(_folder.Path));
        Assert.Contains("tokenizer.model", error.Message, StringComparison.Ordinal);
        File.Delete(_folder["tokenizer.json"]);
        Assert.Throws<OmgLlavaException>(() => Tokenizer.Load(_folder.Path)); // no tokenizer at all
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_but_never_breaks()
    {
        WriteJson();
        byte[] whole = File.ReadAllBytes(_folder["tokenizer.json"]);
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            byte[] file = round % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int i = random.Next(1, 4); i > 0 && file.Length > 0; i--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            _folder.Write("tokenizer.json", file);
            try
            {
                Tokenizer.Load(_folder.Path).Encode("the cat's thing");
            }
            catch (OmgLlavaException)
            {
                // One clear sentence is what damage may lead to.
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, int> Vocabulary()
    {
        var ids = Enumerable.Range(0, 256).ToDictionary(value => ByteCharacters.Of((byte)value).ToString(), value => value);
        foreach (string pair in Merges)
        {
            ids[pair.Replace(" ", "", StringComparison.Ordinal)] = ids.Count;
        }

        return ids;
    }

    private static IEnumerable<string> Pieces(Tokenizer tokenizer, string text)
    {
        var names = Vocabulary().ToDictionary(token => token.Value, token => token.Key);
        return tokenizer.Encode(text).Select(id => names[id]);
    }

    /// <summary>A tokenizer of 273 tokens as Qwen2's older files have it.</summary>
    internal static void WritePairs(TemporaryFolder folder)
    {
        File.WriteAllText(folder["vocab.json"], JsonSerializer.Serialize(Vocabulary()));
        File.WriteAllText(folder["merges.txt"], "#version: 0.2\n" + string.Join('\n', Merges) + "\n");
        int next = Vocabulary().Count;
        string[] special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
        File.WriteAllText(
            folder["tokenizer_config.json"],
            JsonSerializer.Serialize(
                new
                {
                    add_bos_token = false,
                    bos_token = (string?)null,
                    added_tokens_decoder = special
                        .Index()
                        .ToDictionary(token => $"{next + token.Index}", token => new { content = token.Item, special = true }),
                }
            )
        );
    }

    private void WriteJson(Action<JsonNode>? change = null, params string[] added)
    {
        var vocabulary = Vocabulary();
        string[] special = added.Length > 0 ? added : ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
        JsonNode root = JsonSerializer.SerializeToNode(
            new
            {
                added_tokens = special.Select(
                    (text, i) =>
                        new
                        {
                            id = vocabulary.Count + i,
                            content = text,
                            lstrip = false,
                            rstrip = false,
                            special = true,
                        }
                ),
                normalizer = new { type = "NFC" },
                pre_tokenizer = new
                {
                    type = "Sequence",
                    pretokenizers = new object[]
                    {
                        new
                        {
                            type = "Split",
                            pattern = new { Regex = QwenPattern },
                            behavior = "Isolated",
                            invert = false,
                        },
                        new
                        {
                            type = "ByteLevel",
                            add_prefix_space = false,
                            trim_offsets = false,
                            use_regex = false,
                        },
                    },
                },
                model = new
                {
                    type = "BPE",
                    vocab = vocabulary,
                    merges = Merges,
                },
            }
        )!;
        change?.Invoke(root["model"]!);
        File.WriteAllText(_folder["tokenizer.json"], root.ToJsonString());
    }

    /// <summary>Gives a piece of a model another name of the same length.</summary>
    private static void Rename(byte[] model, string from, string to)
    {
        int at = model.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from));
        System.Text.Encoding.ASCII.GetBytes(to).CopyTo(model, at);
    }

    /// <summary>A SentencePiece model that puts a space first, with Phi-3's tokens, which take the white space behind
    /// them.</summary>
    private void WritePhi3(bool chat = true)
    {
        MadeUpVocabulary.Write(_folder.Path, 600);
        byte[] model = File.ReadAllBytes(_folder["tokenizer.model"]);
        if (!chat)
        {
            Rename(model, "im_start", "xx_start");
        }

        _folder.Write("tokenizer.model", model);
        string[] special = chat ? ["<|endoftext|>", "<|assistant|>", "<|end|>", "<|user|>", "<|system|>"] : [];
        File.WriteAllText(
            _folder["tokenizer_config.json"],
            JsonSerializer.Serialize(
                new
                {
                    bos_token = "<s>",
                    added_tokens_decoder = special
                        .Index()
                        .ToDictionary(
                            token => $"{600 + token.Index}",
                            token => new { content = token.Item, rstrip = token.Index > 0 }
                        ),
                }
            )
        );
    }
}
