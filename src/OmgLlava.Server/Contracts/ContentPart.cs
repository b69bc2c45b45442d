namespace OmgLlava.Server.Contracts;

/// <summary>A part of a message.</summary>
/// <param name="Type"><c>text</c> or <c>image_url</c>.</param>
/// <param name="Text">The text.</param>
/// <param name="ImageUrl">The picture.</param>
public sealed record ContentPart(string Type, string? Text = null, ImageUrl? ImageUrl = null);
