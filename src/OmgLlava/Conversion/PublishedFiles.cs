namespace OmgLlava.Conversion;

/// <summary>
/// The published files that make a model together, in any order. What each holds decides what it is for: the OMG-Seg checkpoint,
/// OpenCLIP's ConvNeXt, the class embeddings, InternLM2-chat, and the OMG-LLaVA checkpoints.
/// </summary>
/// <param name="Paths">
/// Files (<c>.pth</c>, <c>.pt</c>, <c>.bin</c>, <c>.safetensors</c>, an index of shards) and folders of them: Hugging Face
/// models, PEFT adapters, DeepSpeed checkpoints, the publisher's whole folder.
/// </param>
/// <param name="Overrides">A JSON file with what the weights do not show (heads, thing classes, LoRA alpha, image size), or null
/// for the published values.</param>
internal sealed record PublishedFiles(IReadOnlyList<string> Paths, string? Overrides = null);
