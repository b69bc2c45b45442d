using System.Text.RegularExpressions;

namespace OmgLlava.Perception;

/// <summary>
/// The published names of the perception module's tensors (mmdet's OMG-Seg) and ours. One table, read from top to bottom; every
/// rule rewrites a part of the name.
/// </summary>
internal static class PerceptionKeys
{
    private static readonly (Regex Published, string Ours)[] Rules =
    [
        Rule(@"^backbone\.stem\.0\.", "image_encoder.stem.convolution."),
        Rule(@"^backbone\.stem\.1\.", "image_encoder.stem.norm."),
        Rule(@"^backbone\.layer1\.", "image_encoder.stages.0."),
        Rule(@"^backbone\.layer2\.", "image_encoder.stages.1."),
        Rule(@"^backbone\.layer3\.", "image_encoder.stages.2."),
        Rule(@"^backbone\.layer4\.", "image_encoder.stages.3."),
        Rule(@"^backbone\.head\.0\.norm\.", "image_encoder.clip_head.norm."),
        Rule(@"^backbone\.head\.1\.mlp\.fc1\.", "image_encoder.clip_head.expand."),
        Rule(@"^backbone\.head\.1\.mlp\.fc2\.", "image_encoder.clip_head.project."),
        Rule(@"(stages\.\d\.)downsample\.0\.", "$1downsample.norm."),
        Rule(@"(stages\.\d\.)downsample\.1\.", "$1downsample.convolution."),
        Rule(@"(blocks\.\d+\.)gamma$", "$1scale"),
        Rule(@"(blocks\.\d+\.)conv_dw\.", "$1depthwise."),
        Rule(@"(blocks\.\d+\.)mlp\.fc1\.", "$1expand."),
        Rule(@"(blocks\.\d+\.)mlp\.fc2\.", "$1contract."),
        Rule(@"^panoptic_head\.pixel_decoder\.", "pixel_decoder."),
        Rule(@"^pixel_decoder\.input_convs\.(\d+)\.conv\.", "pixel_decoder.inputs.$1.convolution."),
        Rule(@"^pixel_decoder\.input_convs\.(\d+)\.gn\.", "pixel_decoder.inputs.$1.norm."),
        Rule(@"^pixel_decoder\.encoder\.layers\.", "pixel_decoder.layers."),
        Rule(@"^(pixel_decoder\.layers\.\d+\.)self_attn\.value_proj\.", "$1attention.value_projection."),
        Rule(@"^(pixel_decoder\.layers\.\d+\.)self_attn\.output_proj\.", "$1attention.output_projection."),
        Rule(@"^(pixel_decoder\.layers\.\d+\.)self_attn\.", "$1attention."),
        Rule(@"^pixel_decoder\.level_encoding\.weight$", "pixel_decoder.level_embedding"),
        Rule(@"^pixel_decoder\.lateral_convs\.0\.conv\.", "pixel_decoder.lateral.convolution."),
        Rule(@"^pixel_decoder\.lateral_convs\.0\.gn\.", "pixel_decoder.lateral.norm."),
        Rule(@"^pixel_decoder\.output_convs\.0\.conv\.", "pixel_decoder.output.convolution."),
        Rule(@"^pixel_decoder\.output_convs\.0\.gn\.", "pixel_decoder.output.norm."),
        Rule(@"^pixel_decoder\.mask_feature\.", "pixel_decoder.mask_features."),
        Rule(@"^panoptic_head\.transformer_decoder\.", "decoder."),
        Rule(@"^panoptic_head\.mask_embed\.", "decoder.mask_embedding."),
        Rule(@"^panoptic_head\.transformer_decoder_llm\.", "segmentation_decoder."),
        Rule(@"^panoptic_head\.mask_embed_llm\.", "segmentation_decoder.mask_embedding."),
        Rule(@"ecoder\.post_norm\.", "ecoder.final_norm."),
        Rule(@"\.(self|cross)_attn\.attn\.in_proj_", ".$1_attention.in_projection."),
        Rule(@"\.(self|cross)_attn\.attn\.out_proj\.", ".$1_attention.out_projection."),
        Rule(@"\.ffn\.layers\.0\.0\.", ".feed_forward.0."),
        Rule(@"\.ffn\.layers\.1\.", ".feed_forward.1."),
        Rule(@"^panoptic_head\.query_feat\.weight$", "query_content"),
        Rule(@"^panoptic_head\.query_embed\.weight$", "query_position"),
        Rule(@"^panoptic_head\.level_embed\.weight$", "level_embedding"),
        Rule(@"^panoptic_head\.mask_pooling_proj\.0\.", "classifier.pooling_norm."),
        Rule(@"^panoptic_head\.mask_pooling_proj\.1\.", "classifier.pooling_projection."),
        Rule(@"^panoptic_head\.cls_proj\.", "classifier.projection."),
        Rule(@"^panoptic_head\.iou_embed\.", "classifier.iou."),
        Rule(@"^panoptic_head\.mask_tokens\.weight$", "prompts.mask_token"),
        Rule(@"^panoptic_head\.pb_embedding\.weight$", "prompts.label_embedding"),
        Rule(@"^panoptic_head\.pos_linear\.", "prompts.position_projection."),
        // Published perceptrons number their activations too: 0, 2, 4 are our 0, 1, 2.
        Rule(@"((?:mask_embedding|classifier\.projection|classifier\.iou)\.)2\.", "${1}1."),
        Rule(@"((?:mask_embedding|classifier\.projection|classifier\.iou)\.)4\.", "${1}2."),
        Rule(@"^ov_class_embed$", "class_embeddings"),
    ];

    /// <summary>
    /// Our name of a published tensor; null when no rule knows it. Names that begin with <c>segmentation_decoder.</c> belong to
    /// the separate mask decoder on the language side, all others to <see cref="Vision.VisionModel"/>.
    /// </summary>
    public static string? FromPublished(string name)
    {
        string ours = Rules.Aggregate(name, (current, rule) => rule.Published.Replace(current, rule.Ours));
        return ours == name ? null : ours;
    }

    private static (Regex Published, string Ours) Rule(string published, string ours) =>
        (new Regex(published, RegexOptions.CultureInvariant), ours);
}
