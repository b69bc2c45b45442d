using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>A part of a message.</summary>
/// <param name="Type"><c>text</c> or <c>image_url</c>; in the Responses API also <c>input_text</c>, <c>output_text</c> and
/// <c>input_image</c>.</param>
/// <param name="Text">The text.</param>
/// <param name="ImageUrl">The picture.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ContentPart(
    string Type,
    string? Text = null,
    [property: JsonConverter(typeof(ImageUrlConverter))] ImageUrl? ImageUrl = null
);
