namespace OmgLlava.Alignment;

/// <summary>The published names of the projectors' tensors and ours.</summary>
internal static class AlignmentKeys
{
    /// <summary>Beginning of the names that belong to <see cref="Vision.VisualProjector"/>.</summary>
    public const string Visual = "visual_projector.";

    /// <summary>Beginning of the names that belong to the text projector.</summary>
    public const string Text = "text_projector.";

    private static readonly (string Published, string Ours)[] Layers =
    [
        ("projector.model.query_proj.", Visual + "objects.query_projection."),
        ("projector.model.query_cross_attn.multihead_attn.in_proj_", Visual + "objects.cross_attention.attention.in_projection."),
        (
            "projector.model.query_cross_attn.multihead_attn.out_proj.",
            Visual + "objects.cross_attention.attention.out_projection."
        ),
        ("projector.model.query_cross_attn.norm.", Visual + "objects.cross_attention.attention_norm."),
        ("projector.model.query_ffn.linear1.", Visual + "objects.cross_attention.feed_forward.0."),
        ("projector.model.query_ffn.linear2.", Visual + "objects.cross_attention.feed_forward.1."),
        ("projector.model.query_ffn.norm.", Visual + "objects.cross_attention.feed_forward_norm."),
    ];

    // Published perceptrons number their activations too: 0, 2, 4 are our 0, 1, 2.
    private static readonly (string Published, string Ours)[] Perceptrons =
    [
        ("projector.model.model.", Visual + "objects.mlp."),
        ("projector.model.visual_prompt_query_model.", Visual + "prompts.mlp."),
        ("projector.model.model_feat.", Visual + "pixel_mlp."),
        ("projector_text2vision.model.", Text + "mlp."),
    ];

    /// <summary>Our name of a published tensor; null when it is none of the projectors'.</summary>
    public static string? FromPublished(string name)
    {
        if (name == "projector.model.seperate_embed.weight")
        {
            return Visual + "separator";
        }

        foreach ((string published, string ours) in Perceptrons)
        {
            if (name.StartsWith(published, StringComparison.Ordinal))
            {
                string[] rest = name[published.Length..].Split('.');
                return
                    rest is [string index, "weight" or "bias"]
                    && int.TryParse(index, out int i)
                    && i >= 0
                    && i % 2 == 0
                    && $"{i}" == index
                    ? $"{ours}{i / 2}.{rest[1]}"
                    : null;
            }
        }

        // The prompts' own layers carry the names of the objects' layers with a prefix.
        string plain = name.Replace("projector.model.visual_prompt_query_", "projector.model.query_", StringComparison.Ordinal);
        string role = plain == name ? "objects." : "prompts.";
        foreach ((string published, string ours) in Layers)
        {
            if (plain.StartsWith(published, StringComparison.Ordinal) && plain[published.Length..] is "weight" or "bias")
            {
                return ours.Replace("objects.", role, StringComparison.Ordinal) + plain[published.Length..];
            }
        }

        return null;
    }
}
