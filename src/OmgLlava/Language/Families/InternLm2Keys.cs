namespace OmgLlava.Language;

/// <summary>The published names of InternLM2's tensors (Hugging Face, peft) and ours.</summary>
internal static class InternLm2Keys
{
    private static readonly (string Published, string Ours)[] Names =
    [
        ("model.tok_embeddings.", "token_embedding."),
        ("model.layers.", "layers."),
        (".ffn_norm.", ".feed_forward_norm."),
        ("model.norm.", "norm."),
    ];

    /// <summary>Our name of a published weight or, as <c>NAME.a</c> and <c>NAME.b</c>, of an adapter; null when it is neither.</summary>
    public static string? FromPublished(string name)
    {
        const string Peft = "base_model.model."; // what peft puts before every name
        string ours = (name.StartsWith(Peft, StringComparison.Ordinal) ? name[Peft.Length..] : name)
            .Replace(".base_layer.", ".", StringComparison.Ordinal) // peft from 0.6 on
            .Replace(".lora_A.default.weight", ".a", StringComparison.Ordinal)
            .Replace(".lora_B.default.weight", ".b", StringComparison.Ordinal);
        if (ours.StartsWith("output.", StringComparison.Ordinal))
        {
            return "head." + ours["output.".Length..];
        }

        if (!ours.StartsWith("model.", StringComparison.Ordinal))
        {
            return null;
        }

        return Names.Aggregate(ours, (current, pair) => current.Replace(pair.Published, pair.Ours, StringComparison.Ordinal));
    }

    /// <summary>Whether one of our names is that of an adapter.</summary>
    public static bool IsAdapter(string ours) => ours.EndsWith(".a", StringComparison.Ordinal) || ours.EndsWith(".b", StringComparison.Ordinal);
}
