namespace OmgLlava.Conversion;

/// <summary>The published things that a model is made of.</summary>
internal enum PublishedPart
{
    /// <summary>OpenCLIP's ConvNeXt-Large, the image encoder, in its own download.</summary>
    Backbone,

    /// <summary>OMG-Seg: pixel decoder, mask decoder, class head; in some files with the image encoder.</summary>
    Perception,

    /// <summary>The class embeddings, a bare tensor.</summary>
    ClassEmbeddings,

    /// <summary>The language model.</summary>
    Language,

    /// <summary>OMG-LLaVA's own: projectors, adapters, trained embeddings, the mask decoder of [SEG].</summary>
    Alignment,
}

/// <summary>What people call the published things.</summary>
internal static class PublishedParts
{
    /// <summary>The part that should have held a tensor of ours.</summary>
    public static PublishedPart Of(string ours) =>
        ours switch
        {
            "perception.class_embeddings" => PublishedPart.ClassEmbeddings,
            _ when ours.StartsWith("perception.image_encoder.", StringComparison.Ordinal) => PublishedPart.Backbone,
            _ when ours.StartsWith("perception.", StringComparison.Ordinal) => PublishedPart.Perception,
            _ when ours.StartsWith("language.", StringComparison.Ordinal) => PublishedPart.Language,
            _ => PublishedPart.Alignment,
        };

    /// <summary>The published file and the option that takes it.</summary>
    public static (string File, string Option) Describe(this PublishedPart part) =>
        part switch
        {
            PublishedPart.Backbone => (
                "the image encoder, OpenCLIP's 'open_clip_pytorch_model.bin' of "
                    + "laion/CLIP-convnext_large_d_320.laion2B-s29B-b131K-ft-soup",
                "--clip FILE"
            ),
            PublishedPart.Perception => ("the OMG-Seg checkpoint 'omg_seg_convl.pth'", "--omg-seg FILE"),
            PublishedPart.ClassEmbeddings => (
                "the class embeddings 'convnext_large_d_320_CocoPanopticOVDataset.pth'",
                "--classes FILE"
            ),
            PublishedPart.Language => ("the folder of the language model, InternLM2-chat-7B", "--language DIR"),
            _ => ("the OMG-LLaVA checkpoint 'omg_llava_7b_finetune_8gpus.pth'", "--omg-llava FILE"),
        };
}
