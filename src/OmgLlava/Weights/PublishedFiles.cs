namespace OmgLlava.Weights;

/// <summary>Where the published files lie that make a model together.</summary>
/// <param name="Perception">The OMG-Seg checkpoint (<c>omg_seg_convl.pth</c>).</param>
/// <param name="ClassEmbeddings">The class embeddings (<c>convnext_large_d_320_CocoPanopticOVDataset.pth</c>), a bare tensor (K, P, E).</param>
/// <param name="Language">The folder of InternLM2-chat: <c>config.json</c>, tokenizer, weights as <c>.bin</c> or safetensors, in shards or whole.</param>
/// <param name="Alignment">The OMG-LLaVA checkpoints (projectors, adapters, embeddings); a later one replaces what an earlier one holds.</param>
/// <param name="Overrides">A JSON file with what the weights do not show (heads, thing classes, LoRA alpha, image size), or null for the
/// published values.</param>
public sealed record PublishedFiles(
    string Perception, string ClassEmbeddings, string Language, IReadOnlyList<string> Alignment, string? Overrides = null);
