using System.Text.Json.Serialization;
using OmgLlava.Imaging;

namespace OmgLlava.Json;

/// <summary>An answer as command line, server and library write it.</summary>
/// <param name="Text">Clean text.</param>
/// <param name="Grounding">The phrases that come with masks.</param>
/// <param name="Complete">False when it stopped at the most tokens.</param>
/// <param name="Image">The picture's size.</param>
/// <param name="Model">The model.</param>
/// <param name="Timings">How long it took.</param>
/// <param name="ContextFull">True when it stopped because the model's context is full: the conversation cannot go on.</param>
/// <param name="Asked">The words that the model was asked in, where they are not the user's own.</param>
internal sealed record AnswerJson(
    string Text,
    IReadOnlyList<GroundingJson> Grounding,
    bool Complete,
    ImageSizeJson Image,
    ModelJson Model,
    TimingsJson Timings,
    bool ContextFull = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Asked = null
)
{
    /// <summary>Writes a reply.</summary>
    public static AnswerJson Of(Reply reply, OmgLlavaModel model, ImageGeometry image, MaskFormat format = MaskFormat.Rle) =>
        new(
            reply.Text,
            [.. reply.Segments.Select(segment => GroundingJson.Of(segment, format))],
            reply.Complete,
            new ImageSizeJson(image.Width, image.Height),
            ModelJson.Of(model),
            TimingsJson.Of(reply.Timings),
            reply.ContextFull,
            reply.Asked
        );
}
