using System.Text.Json;
using OmgLlava.Alignment;

namespace OmgLlava.Tests.Alignment;

public class AlignmentConfigTests
{
    [Fact]
    public void Defaults_are_the_published_widths()
    {
        AlignmentConfig config = AlignmentConfig.OmgLlava7B;
        config.Validate();
        Assert.Equal((512, 6144, 6656), (config.QueryWidth, config.FeatureWidth, config.PixelInputWidth));
    }

    [Fact]
    public void Reads_the_published_names()
    {
        const string Json = """
            {"query_channels": 64, "clip_feat_channel": 96, "pixel_shuffle_ratio": 1, "projector_depth": 3, "llm_hidden_size": 128,
             "rm_prior_embedding": true, "rm_query": true, "add_cross_attn_layer": true, "visual_prompt_proj": true}
            """;
        AlignmentConfig config = JsonSerializer.Deserialize<AlignmentConfig>(Json)!;
        Assert.Equal(
            new AlignmentConfig
            {
                QueryChannels = 64,
                ImageChannels = 96,
                PixelShuffleRatio = 1,
                ProjectorDepth = 3,
                LanguageWidth = 128,
                RemovePrior = true,
                RemoveObjectTokens = true,
                CrossAttention = true,
                SeparatePromptProjection = true,
            },
            config
        );
        Assert.Equal(config, JsonSerializer.Deserialize<AlignmentConfig>(JsonSerializer.Serialize(config)));
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_named()
    {
        Assert.Contains("query_channels (0)", Error(new AlignmentConfig { QueryChannels = 0 }));
        Assert.Contains("projector_depth (-1)", Error(new AlignmentConfig { ProjectorDepth = -1 }));
        Assert.Contains("cross_attn_heads (3)", Error(new AlignmentConfig { CrossAttention = true, CrossAttentionHeads = 3 }));

        static string Error(AlignmentConfig config) => Assert.Throws<OmgLlavaException>(config.Validate).Message;
    }
}
