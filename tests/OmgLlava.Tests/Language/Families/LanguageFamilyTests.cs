using OmgLlava.Language;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Language.Families;

public sealed class LanguageFamilyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Published_configurations_are_read()
    {
        LanguageConfig internLm2 = Read(
            """
            { "model_type": "internlm2", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
              "intermediate_size": 14336, "vocab_size": 92544, "max_position_embeddings": 32768, "rope_theta": 1000000, "rms_norm_eps": 1e-5,
              "rope_scaling": { "type": "dynamic", "factor": 2.0 }, "bias": false, "hidden_act": "silu", "eos_token_id": 2 }
            """
        );
        Assert.Equal(LanguageConfig.InternLm2Chat7B with { EosTokens = internLm2.EosTokens }, internLm2);
        Assert.Equal([2], internLm2.EosTokens);

        LanguageConfig llama = Read(
            """
            { "model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64,
              "intermediate_size": 8192, "vocab_size": 128256, "max_position_embeddings": 131072, "rope_theta": 500000.0, "tie_word_embeddings": true,
              "attention_bias": false, "mlp_bias": false, "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009],
              "rope_scaling": { "factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3" } }
            """
        );
        Assert.Equal((64, true, 128001), (llama.HeadSize, llama.TieWordEmbeddings, llama.EosToken));
        Assert.True(llama.EosTokens.SequenceEqual([128001, 128008, 128009]));
        Assert.Equal(
            ("llama3", 32.0, 8192),
            (llama.RopeScaling!.Type, llama.RopeScaling.Factor, llama.RopeScaling.OriginalMaxPositions)
        );

        LanguageConfig qwen = Read(
            """
            { "model_type": "qwen2", "hidden_size": 896, "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2,
              "intermediate_size": 4864, "vocab_size": 151936, "max_position_embeddings": 32768, "rope_theta": 1000000.0, "rms_norm_eps": 1e-6,
              "tie_word_embeddings": true, "use_sliding_window": false, "sliding_window": 32768, "max_window_layers": 21, "eos_token_id": 151645 }
            """
        );
        Assert.True(qwen.HasQueryKeyValueBias && !qwen.HasOutputBias && qwen.SlidingWindow is null && qwen.RopeScaling is null);

        LanguageConfig phi = Read(
            $$"""
            { "model_type": "phi3", "hidden_size": 3072, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32,
              "intermediate_size": 8192, "vocab_size": 32064, "max_position_embeddings": 131072, "original_max_position_embeddings": 4096,
              "sliding_window": 262144, "rope_theta": 10000.0, "attention_bias": false,
              "rope_scaling": { "type": "su", "short_factor": [{{string.Join(
                ',',
                Enumerable.Repeat("1.05", 48)
            )}}], "long_factor": [{{string.Join(',', Enumerable.Repeat("20.5", 48))}}] } }
            """
        );
        Assert.Equal(("longrope", 32.0, 262144), (phi.RopeScaling!.Type, phi.RopeScaling.Factor, phi.SlidingWindow));
        Assert.Equal(1.190238, RotaryFrequencies.Of(phi, 100).Scale, 1e-5); // as Phi-3's own code computes it for 4K and 128K
        Assert.Equal(20.5 / 1.05, RotaryFrequencies.Of(phi, 100).Values[3] / RotaryFrequencies.Of(phi, 5000).Values[3], 1e-4);
    }

    [Fact]
    public void Newer_files_keep_the_base_of_RoPE_elsewhere() =>
        Assert.Equal(
            (77.0, "linear", 3.0),
            Read(Small("\"rope_parameters\": { \"rope_type\": \"linear\", \"factor\": 3, \"rope_theta\": 77 }")) is var config
                ? (config.RopeTheta, config.RopeScaling!.Type, config.RopeScaling.Factor)
                : default
        );

    [Theory]
    [InlineData("\"model_type\": \"gemma\"", "gemma")]
    [InlineData("\"hidden_act\": \"gelu\"", "gelu")]
    [InlineData("\"mlp_bias\": true", "mlp_bias")]
    [InlineData("\"rope_scaling\": { \"type\": \"yarn\", \"factor\": 4 }", "yarn")]
    [InlineData("\"rope_scaling\": { \"type\": \"llama3\", \"factor\": 4 }", "low_freq_factor")]
    [InlineData("\"hidden_size\": \"wide\"", "wrong kind")]
    [InlineData("\"num_key_value_heads\": 3", "num_key_value_heads")]
    [InlineData("\"vocab_size\": null", "vocab_size")]
    public void What_cannot_be_run_is_refused_by_name(string field, string named)
    {
        var error = Assert.Throws<OmgLlavaException>(() => Read(Small(field)));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_scaling_stays_no_scaling()
    {
        foreach (
            RopeScaling? scaling in (RopeScaling?[])[null, new RopeScaling(), new RopeScaling { Type = "linear", Factor = 3 }]
        )
        {
            OmgLlavaConfig config = ModelPreset.Find("tiny").Config;
            config = config with { Language = config.Language with { RopeScaling = scaling } };
            config.Save(_folder["config.json"]);
            Assert.Equal(scaling, OmgLlavaConfig.Load(_folder["config.json"]).Language.RopeScaling);
        }
    }

    [Fact]
    public void An_incomplete_or_misshapen_file_is_named()
    {
        var model = PublishedCase.Create("qwen2");
        (long[] Shape, float[] Values) keys = model.Tensors["model.layers.1.self_attn.k_proj.weight"];
        model.Tensors.Remove("model.layers.1.self_attn.k_proj.weight");
        Assert.Contains("model.layers.1.self_attn.k_proj.weight", Error(model), StringComparison.Ordinal);
        model.Tensors["model.layers.1.self_attn.k_proj.weight"] = ([8, 128], keys.Values);
        Assert.Contains("(8, 128)", Error(model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_is_the_embedding_may_be_written_twice()
    {
        var model = PublishedCase.Create("qwen2");
        model.Tensors["lm_head.weight"] = model.Tensors["model.embed_tokens.weight"];
        model.Tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = ([8], new float[8]);
        model.Write(_folder);
        using ITensorSource weights = PublishedCase.Read(_folder.Path).Weights;
        Assert.DoesNotContain("lm_head.weight", weights.Tensors.Keys);
        Assert.DoesNotContain("output.weight", weights.Tensors.Keys);
        // for the account: a known leftover
        Assert.Contains("model.layers.0.self_attn.rotary_emb.inv_freq", weights.Tensors.Keys);
    }

    public void Dispose() => _folder.Dispose();

    private string Error(PublishedCase model)
    {
        model.Write(_folder);
        return Assert.Throws<OmgLlavaException>(() => PublishedCase.Read(_folder.Path)).Message;
    }

    private LanguageConfig Read(string json)
    {
        File.WriteAllText(_folder["config.json"], json);
        return PublishedLanguageConfig.Read(_folder.Path).Config;
    }

    /// <summary>A small Llama with one field more; a field that comes twice counts the second time.</summary>
    private static string Small(string field) =>
        $$"""
            { "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96, "vocab_size": 300, {{field}} }
            """;
}
