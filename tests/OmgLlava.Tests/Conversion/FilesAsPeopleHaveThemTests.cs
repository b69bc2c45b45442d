using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Torch;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Conversion;

/// <summary>Checkpoints in the forms that the published tools write, each in the place of its part in the golden model.</summary>
public sealed class FilesAsPeopleHaveThemTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_head_alone_takes_its_backbone_from_OpenClip()
    {
        string head = PublishedForms.Sample("omg_seg_headonly.pth");
        using (
            var converter = CheckpointConverter.Open(
                PublishedForms.Files(head, others: PublishedForms.Sample("open_clip_pytorch_model.bin"))
            )
        )
        {
            converter.Write(_folder["model"]);
            Assert.Equal(
                [
                    "ln_final.weight",
                    "logit_scale",
                    "positional_embedding",
                    "text_projection",
                    "token_embedding.weight",
                    "transformer.resblocks.0.ln_1.weight",
                ],
                converter.Account.Leftovers.Select(entry => entry.Name).Order()
            );
        }

        using var scope = NewDisposeScope();
        using ITensorSource expected = ModelDirectory.OpenWeights(tiny.Directory),
            actual = ModelDirectory.OpenWeights(_folder["model"]);
        string[] seeing =
        [
            .. expected.Tensors.Keys.Where(name =>
                name.StartsWith("perception.", StringComparison.Ordinal) && name != "perception.class_embeddings"
            ),
        ];
        // the sample has 16 bits
        Assert.All(
            seeing,
            name => Assert.True(expected.Read(name).to(float16).to(float32).equal(actual.Read(name)).all().item<bool>(), name)
        );
        string message = PublishedForms.Refusal(PublishedForms.Files(head));
        Assert.Contains("open_clip_pytorch_model.bin", message, StringComparison.Ordinal);
        Assert.Contains("--clip FILE", message, StringComparison.Ordinal);
        Assert.DoesNotContain("omg_seg_convl.pth", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_the_published_code_leaves_behind_is_listed_by_its_file_and_what_is_ignored_is_remembered()
    {
        string file = PublishedForms.Sample("finetune_unknown_key.pth");
        const string Key = "visual_encoder.panoptic_head.pixel_decoder_llm.mask_feature.weight";
        using (var plain = CheckpointConverter.Open(PublishedForms.Files(tuned: [file])))
        {
            Assert.Equal([(file, Key)], plain.Account.Leftovers.Select(entry => (entry.File, entry.Name)));
        }

        using var converter = CheckpointConverter.Open(
            PublishedForms.Files(tuned: [file]),
            new ConversionOptions { Ignore = ["visual_encoder.panoptic_head.pixel_decoder_llm"] }
        );
        converter.Write(_folder["model"]);
        Assert.Equal([Key], ConversionRecord.Find(_folder["model"])!.Ignored["finetune_unknown_key.pth"]);
    }

    [Fact]
    public void A_key_that_nobody_knows_is_named_with_its_file_and_can_be_ignored()
    {
        string[] extra = [.. Enumerable.Range(0, 12).Select(i => $"visual_encoder.mystery.{i}")];
        string file = _folder["tuned.safetensors"];
        using (var scope = NewDisposeScope())
        using (var source = TensorSources.Open(PublishedForms.Tuned))
        {
            var tensors = source.Tensors.Keys.ToDictionary(name => name, name => source.Read(name));
            Array.ForEach(extra, name => tensors[name] = zeros(2));
            TorchTensors.Write(file, tensors);
        }

        Assert.Contains(
            $"'{file}' holds what nobody knows: 12 tensors (visual_encoder.mystery.0",
            PublishedForms.Refusal(PublishedForms.Files(tuned: [file])),
            StringComparison.Ordinal
        );
        using var converter = CheckpointConverter.Open(PublishedForms.Files(tuned: [file]));
        Assert.Equal(extra.Order(), converter.Account.Unknown.Select(entry => entry.Name).Order());
        Assert.All(extra, name => Assert.Contains(name, converter.Account.ToJson(), StringComparison.Ordinal));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Directory, "model.safetensors")),
            PublishedForms.Convert(
                PublishedForms.Files(tuned: [file]),
                new ConversionOptions { Ignore = ["visual_encoder.mystery."] }
            )
        );
    }

    [Fact]
    public void A_pretraining_and_a_fine_tuning_give_the_fine_tuning_in_either_order()
    {
        string tuned = PublishedForms.Sample("finetune_fp16.pth"),
            before = PublishedForms.Sample("pretrain.pth");
        byte[] alone = PublishedForms.Convert(PublishedForms.Files(tuned: [tuned]));
        Assert.Equal(alone, PublishedForms.Convert(PublishedForms.Files(tuned: [before, tuned])));
        Assert.Equal(alone, PublishedForms.Convert(PublishedForms.Files(tuned: [tuned, before])));
    }

    [Fact]
    public void Fewer_rows_than_tokens_are_refused_with_both_numbers()
    {
        string message = PublishedForms.Refusal(PublishedForms.Files(tuned: [PublishedForms.Sample("finetune_vocab336.pth")]));
        Assert.Contains("has 336 rows", message, StringComparison.Ordinal);
        Assert.Contains("340 tokens need one", message, StringComparison.Ordinal);
        Assert.Contains("finetune_vocab336.pth", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rotary_tables_of_an_older_InternLm2_are_known_leftovers()
    {
        using var converter = CheckpointConverter.Open(PublishedForms.Files(language: PublishedForms.Sample("llm_invfreq")));
        Assert.True(converter.Account.IsBalanced);
        Assert.All(
            converter.Account.Leftovers,
            entry => Assert.EndsWith("rotary_emb.inv_freq", entry.Name, StringComparison.Ordinal)
        );
        Assert.NotEmpty(converter.Account.Leftovers);
    }

    [Fact]
    public void A_checkpoint_of_mmengines_runner_gives_its_weights_and_nothing_else()
    {
        string file = PublishedForms.Sample("mmengine_runner.pth");
        using ITensorSource source = TensorSources.Open(file);
        Assert.Equal(
            [
                "mask_pooling_proj.1.bias",
                "mask_pooling_proj.1.weight",
                "mask_tokens.weight",
                "pb_embedding.weight",
                "pos_linear.bias",
                "pos_linear.weight",
            ],
            source.Tensors.Keys.Select(name => name["panoptic_head.".Length..]).Order()
        );
        Assert.Contains(
            $"'{file}' lacks the tensor",
            PublishedForms.Refusal(PublishedForms.Files(file, others: PublishedForms.Sample("open_clip_pytorch_model.bin"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_old_tokenizer_that_does_not_list_its_special_tokens_gives_the_same_model()
    {
        using var converter = CheckpointConverter.Open(
            PublishedForms.Files(language: PublishedForms.Sample("llm_oldtok")),
            new ConversionOptions { LanguageType = ElementType.Float32 }
        );
        converter.Write(_folder["model"]);
        Tokenizer expected = Tokenizer.Load(tiny.Directory),
            actual = Tokenizer.Load(_folder["model"]);
        string prompt = new ChatTemplate().Instruction + "[SEG] <p> a cat </p> <region><mark><|action_start|><|plugin|>";
        Assert.Equal(expected.Encode(prompt), actual.Encode(prompt));
        Assert.Equal(expected.Special.Values.OrderBy(token => token.Id), actual.Special.Values.OrderBy(token => token.Id));
        Assert.Contains(
            "added_tokens_decoder",
            File.ReadAllText(_folder["model/tokenizer_config.json"]),
            StringComparison.Ordinal
        );
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Directory, "model.safetensors")),
            File.ReadAllBytes(_folder["model/model.safetensors"])
        );
    }

    [Theory]
    [InlineData("added_tokens.json")]
    [InlineData("tokenizer.json")]
    [InlineData(null)]
    public void A_tokenizer_without_chat_tokens_is_refused_unless_another_file_lists_them(string? listed)
    {
        string language = _folder["language"];
        Directory.CreateDirectory(language);
        foreach (string file in Directory.EnumerateFiles(PublishedForms.Sample("llm_oldtok")))
        {
            File.Copy(file, Path.Combine(language, Path.GetFileName(file)));
        }

        string model = Path.Combine(language, "tokenizer.model");
        byte[] pieces = File.ReadAllBytes(model);
        for (int at = pieces.AsSpan().IndexOf("UNUSED"u8); at >= 0; at = pieces.AsSpan().IndexOf("UNUSED"u8))
        {
            "UNKNWN"u8.CopyTo(pieces.AsSpan(at));
        }

        File.WriteAllBytes(model, pieces);
        string[] tokens = ["<|plugin|>", "<|interpreter|>", "<|action_end|>", "<|action_start|>", "<|im_end|>", "<|im_start|>"];
        if (listed is null)
        {
            Assert.Contains(
                "has no token '<|im_start|>'",
                PublishedForms.Refusal(PublishedForms.Files(language: language)),
                StringComparison.Ordinal
            );
            return;
        }

        object content =
            listed == "added_tokens.json"
                ? tokens.Index().ToDictionary(token => token.Item, token => 330 + token.Index)
                : new { added_tokens = tokens.Index().Select(token => new { id = 330 + token.Index, content = token.Item }) };
        File.WriteAllText(Path.Combine(language, listed), System.Text.Json.JsonSerializer.Serialize(content));
        using var converter = CheckpointConverter.Open(PublishedForms.Files(language: language));
        converter.Write(_folder["model"]);
        Assert.Equal(335, Tokenizer.Load(_folder["model"]).Id("<|im_start|>"));
    }

    [Fact]
    public void A_pointer_of_Git_LFS_says_so()
    {
        string file = PublishedForms.Sample("finetune_lfs.pth");
        string message = PublishedForms.Refusal(PublishedForms.Files(tuned: [file]));
        Assert.Contains($"'{file}' is a Git LFS pointer to a file of 8428615400 bytes", message, StringComparison.Ordinal);
        string language = _folder["pointers"];
        Directory.CreateDirectory(language);
        foreach (string name in (string[])["config.json", "tokenizer.model", "pytorch_model.bin.index.json"])
        {
            foreach (string other in Directory.EnumerateFiles(PublishedForms.Language))
            {
                File.Copy(
                    Path.GetFileName(other) == name ? file : other,
                    Path.Combine(language, Path.GetFileName(other)),
                    overwrite: true
                );
            }

            Assert.Contains(
                $"{name}' is a Git LFS pointer",
                PublishedForms.Refusal(PublishedForms.Files(language: language)),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Rows_that_fill_up_a_multiple_are_cut_and_others_refused_with_both_numbers()
    {
        byte[] plain = File.ReadAllBytes(Path.Combine(tiny.Directory, "model.safetensors"));
        Assert.Equal(plain, PublishedForms.Convert(PublishedForms.Files(tuned: [WithRows(384)])));
        string message = PublishedForms.Refusal(PublishedForms.Files(tuned: [WithRows(350)]));
        Assert.Contains("350 rows", message, StringComparison.Ordinal);
        Assert.Contains("341 tokens", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, "", "The adapters have rank 8, but")]
    [InlineData(8, ", \"use_dora\": true", "has DoRA")]
    [InlineData(8, ", \"rank_pattern\": {\"wo\": 4}", "differ by layer")]
    [InlineData(8, ", \"bias\": \"all\"", "trained biases")]
    public void An_adapter_that_does_not_fit_its_configuration_is_refused(int rank, string more, string reason)
    {
        string adapter = PublishedForms.WriteAdapter(_folder["adapter"], rank, more);
        string rest = PublishedForms.Rename(
            PublishedForms.Tuned,
            _folder["rest.safetensors"],
            name => PublishedForms.ToPeft(name) is null ? name : null
        );
        Assert.Contains(
            reason,
            PublishedForms.Refusal(PublishedForms.Files(tuned: [adapter, rest]) with { Overrides = null }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Weights_packed_by_others_are_refused()
    {
        using var scope = NewDisposeScope();
        foreach (
            (string name, string reason) in (IEnumerable<(string, string)>)
                [
                    ("llm.model.layers.0.attention.wo.weight.quant_state.bitsandbytes__nf4", "4 bits by bitsandbytes"),
                    ("llm.model.layers.0.attention.wo.weight.absmax", "4 bits by bitsandbytes"),
                    ("model.layers.0.attention.wo.SCB", "8 bits by bitsandbytes"),
                    ("model.layers.0.attention.wo.qweight", "GPTQ or AWQ"),
                ]
        )
        {
            string file = _folder["packed.safetensors"];
            TorchTensors.Write(file, new Dictionary<string, Tensor> { [name] = zeros(4, ScalarType.Byte) });
            Assert.Contains(
                $"'{file}' holds weights packed to",
                PublishedForms.Refusal(PublishedForms.Files(tuned: [file])),
                StringComparison.Ordinal
            );
            Assert.Contains(reason, PublishedForms.Refusal(PublishedForms.Files(tuned: [file])), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Several_ends_of_a_text_are_read_and_kept()
    {
        string language = _folder["language"];
        Directory.CreateDirectory(language);
        foreach (string file in Directory.EnumerateFiles(PublishedForms.Language))
        {
            File.Copy(file, Path.Combine(language, Path.GetFileName(file)));
        }

        PublishedForms.Edit(
            Path.Combine(language, "config.json"),
            config => config["eos_token_id"] = new System.Text.Json.Nodes.JsonArray(2, 334)
        );
        using var converter = CheckpointConverter.Open(PublishedForms.Files(language: language));
        converter.Write(_folder["model"]);
        Assert.Equal([2, 334], ModelDirectory.ReadConfig(_folder["model"]).Language.EosTokens);
    }

    /// <summary>The fine-tuning with more rows in embedding, head and the head's adapter.</summary>
    private string WithRows(int rows)
    {
        using var scope = NewDisposeScope();
        using ITensorSource source = TensorSources.Open(PublishedForms.Tuned);
        string file = _folder[$"rows{rows}.safetensors"];
        TorchTensors.Write(
            file,
            source.Tensors.Values.ToDictionary(
                info => info.Name,
                info =>
                {
                    Tensor value = source.Read(info.Name);
                    return info.Shape is [340, _] ? cat([value, randn(rows - 340, info.Shape[1])]) : value;
                }
            )
        );
        return file;
    }
}
