using System.Text.RegularExpressions;

namespace OmgLlava.Language;

/// <summary>The published names of InternLM2's tensors (Hugging Face, peft) and ours.</summary>
internal static partial class InternLm2Keys
{
    private static readonly (string Published, string Ours)[] Names =
    [
        ("model.tok_embeddings.", "token_embedding."),
        ("model.layers.", "layers."),
        (".ffn_norm.", ".feed_forward_norm."),
        ("model.norm.", "norm."),
    ];

    /// <summary>Our name of a published weight or, as <c>NAME.a</c> and <c>NAME.b</c>, of an adapter; null when it is
    /// neither.</summary>
    public static string? FromPublished(string name)
    {
        const string Peft = "base_model.model."; // what peft puts before every name
        string ours = (name.StartsWith(Peft, StringComparison.Ordinal) ? name[Peft.Length..] : name).Replace(
            ".base_layer.",
            ".",
            StringComparison.Ordinal
        ); // peft from 0.6 on
        ours = TrainedInFull().Replace(Adapter().Replace(ours, match => match.Groups[1].Value == "A" ? ".a" : ".b"), ".");
        if (ours.StartsWith("output.", StringComparison.Ordinal))
        {
            return "head." + ours["output.".Length..];
        }

        return Names.Any(pair => ours.StartsWith(pair.Published, StringComparison.Ordinal))
            ? Names.Aggregate(ours, (current, pair) => current.Replace(pair.Published, pair.Ours, StringComparison.Ordinal))
            : null;
    }

    /// <summary>Whether one of our names is that of an adapter.</summary>
    public static bool IsAdapter(string ours) =>
        ours.EndsWith(".a", StringComparison.Ordinal) || ours.EndsWith(".b", StringComparison.Ordinal);

    // A model in memory names its adapter, "default" unless told otherwise; a saved adapter folder does not.
    [GeneratedRegex(@"\.lora_([AB])(?:\.[^.]+)?\.weight$", RegexOptions.CultureInvariant)]
    private static partial Regex Adapter();

    [GeneratedRegex(@"\.modules_to_save\.(?:[^.]+\.)?(?=(weight|bias)$)", RegexOptions.CultureInvariant)]
    private static partial Regex TrainedInFull();
}
