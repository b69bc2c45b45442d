using OmgLlava.Alignment;
using OmgLlava.Torch.Alignment;
using static OmgLlava.Tests.Alignment.SmallAlignment;

namespace OmgLlava.Tests.Alignment;

public class AlignmentKeysTests
{
    private static readonly string[] Published =
    [
        "query_proj.weight",
        "query_proj.bias",
        "model.0.weight",
        "model.0.bias",
        "model.2.weight",
        "model.2.bias",
        "model_feat.0.weight",
        "model_feat.0.bias",
        "model_feat.2.weight",
        "model_feat.2.bias",
        "seperate_embed.weight",
    ];

    private static readonly string[] CrossAttention =
    [
        "query_cross_attn.multihead_attn.in_proj_weight",
        "query_cross_attn.multihead_attn.in_proj_bias",
        "query_cross_attn.multihead_attn.out_proj.weight",
        "query_cross_attn.multihead_attn.out_proj.bias",
        "query_cross_attn.norm.weight",
        "query_cross_attn.norm.bias",
        "query_ffn.linear1.weight",
        "query_ffn.linear1.bias",
        "query_ffn.linear2.weight",
        "query_ffn.linear2.bias",
        "query_ffn.norm.weight",
        "query_ffn.norm.bias",
    ];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Names_fill_the_visual_projector_exactly(bool crossAttention, bool separatePrompts)
    {
        IEnumerable<string> objects = crossAttention ? Published.Concat(CrossAttention) : Published;
        IEnumerable<string> prompts = objects
            .Where(name => name.StartsWith("query_"))
            .Select(name => "visual_prompt_" + name)
            .Concat(Published.Where(name => name.StartsWith("model.")).Select(name => "visual_prompt_query_" + name));
        IEnumerable<string> all = separatePrompts ? objects.Concat(prompts) : objects;

        using VisualProjector projector = Visual(
            Config with
            {
                CrossAttention = crossAttention,
                SeparatePromptProjection = separatePrompts,
            }
        );
        Assert.Equal(
            projector.named_parameters().Select(p => AlignmentKeys.Visual + p.name).Order(),
            all.Select(name => AlignmentKeys.FromPublished("projector.model." + name)).Order()
        );
    }

    [Fact]
    public void Names_fill_the_text_projector_exactly()
    {
        string[] published = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"];
        using TextProjector projector = Text(Config with { ProjectorDepth = 3 });
        Assert.Equal(
            projector.named_parameters().Select(p => AlignmentKeys.Text + p.name).Order(),
            published.Select(name => AlignmentKeys.FromPublished("projector_text2vision.model." + name)).Order()
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("projector.model.model.1.weight")]
    [InlineData("projector.model.model.02.weight")]
    [InlineData("projector.model.model.0.gain")]
    [InlineData("projector.model.model.99999999999.weight")]
    [InlineData("projector.model.visual_prompt_seperate_embed.weight")]
    [InlineData("projector.model.query_proj.")]
    [InlineData("projector.model.query_proj.weight.absmax")]
    [InlineData("backbone.stem.0.weight")]
    public void Other_names_are_unknown(string name) => Assert.Null(AlignmentKeys.FromPublished(name));
}
