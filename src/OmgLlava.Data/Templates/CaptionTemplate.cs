using OmgLlava.Data.Captions;

namespace OmgLlava.Data.Templates;

/// <summary>Words that ask for a description with masks.</summary>
public static class CaptionTemplate
{
    /// <summary>The questions. The first is asked in evaluations; the others are tried, in their order, where an answer has no
    /// mask.</summary>
    public static IReadOnlyList<string> Questions { get; } =
    [
        "Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for "
            + "the corresponding parts of the answer.",
        "Describe this picture closely and put a segmentation mask behind every part you name.",
        "What is to be seen in this image? Tell me in detail, with segmentation masks for the phrases of your answer.",
        "Please explain what this photo shows; give the segmentation mask of each thing right after its words.",
        "Give me a full account of the picture, with interleaved segmentation masks for what you mention.",
        "Can you go through the contents of this image and add the matching segmentation masks to your phrases?",
    ];

    /// <summary>A question and its answer.</summary>
    public static ConversationTurn Turn(GroundedCaption caption, TemplateOptions options) =>
        new(Choice.Of(Questions, options.Seed, caption.Id), caption.ToAnswer(), [], caption.Masks());
}
