using System.Text.Json;
using Microsoft.Extensions.AI;
using OmgLlava.Json;

namespace OmgLlava.Chat;

/// <summary>Phrases with masks as annotations on spans of text.</summary>
public static class AnnotationExtensions
{
    private const string Key = "grounding";

    /// <summary>The phrase and mask of an annotation; null when it is none of ours. It survives being stored as JSON.</summary>
    public static GroundingJson? Grounding(this AIAnnotation annotation) =>
        annotation.AdditionalProperties?.GetValueOrDefault(Key) is JsonElement json
            ? json.Deserialize(ReplyJson.Options.Of<GroundingJson>())
            : null;

    /// <summary>All phrases with masks of a message, in the order of the text.</summary>
    public static IReadOnlyList<GroundingJson> Grounding(this ChatMessage message) =>
        [
            .. message
                .Contents.OfType<TextContent>()
                .SelectMany(text => text.Annotations ?? [])
                .Select(Grounding)
                .OfType<GroundingJson>(),
        ];

    internal static AIAnnotation Annotate(Segment segment) =>
        new()
        {
            AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = segment.Start, EndIndex = segment.End }],
            RawRepresentation = segment,
            AdditionalProperties = new AdditionalPropertiesDictionary
            {
                [Key] = JsonSerializer.SerializeToElement(GroundingJson.Of(segment), ReplyJson.Options.Of<GroundingJson>()),
            },
        };
}
