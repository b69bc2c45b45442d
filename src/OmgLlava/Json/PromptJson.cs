using System.Text.Json.Serialization;
using OmgLlava.Imaging;

namespace OmgLlava.Json;

/// <summary>What a user points at: exactly one of point, box and mask, in pixels of their picture.</summary>
public sealed record PromptJson
{
    /// <summary>x and y.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float[]? Point { get; init; }

    /// <summary>1 for a point inside the object, 0 for one outside, where the model knows these.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Label { get; init; }

    /// <summary>Left, top, right, bottom.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float[]? Box { get; init; }

    /// <summary>A region.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MaskJson? Mask { get; init; }

    /// <summary>A name, so that the question can say <c>&lt;name&gt;</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Writes a prompt.</summary>
    public static PromptJson Of(VisualPrompt prompt, string? name = null) =>
        prompt switch
        {
            VisualPrompt.PointPrompt point => new PromptJson { Point = [point.At.X, point.At.Y], Name = name },
            VisualPrompt.BoxPrompt box => new PromptJson
            {
                Box = [box.Around.X0, box.Around.Y0, box.Around.X1, box.Around.Y1],
                Name = name,
            },
            VisualPrompt.RegionPrompt region => new PromptJson { Mask = MaskJson.Of(region.Mask), Name = name },
            _ => throw new ArgumentOutOfRangeException(nameof(prompt), prompt, "Unknown kind of prompt."),
        };

    /// <summary>Reads a prompt.</summary>
    /// <param name="image">The picture that it lies in.</param>
    /// <exception cref="OmgLlavaException">It has not exactly one of the forms, lies outside the picture, or is a negative
    /// point.</exception>
    public VisualPrompt ToPrompt(ImageGeometry image)
    {
        VisualPrompt prompt = this switch
        {
            { Point: [var x, var y], Box: null, Mask: null } => VisualPrompt.Point(x, y),
            { Point: null, Box: [var x0, var y0, var x1, var y1], Mask: null } => VisualPrompt.Box(x0, y0, x1, y1),
            { Point: null, Box: null, Mask: { } mask } => VisualPrompt.Region(mask.ToMask(image.Width, image.Height)),
            _ => throw new OmgLlavaException(
                "A prompt must have exactly one of 'point': [x, y], 'box': [left, top, right, bottom] and 'mask'."
            ),
        };
        if (Label is not (null or 1))
        {
            throw new OmgLlavaException(
                Label == 0 && Point is not null
                    ? "This model does not know negative points; point at what you want, or use a box."
                    : "The label of a prompt must be 1 or, for a point, 0."
            );
        }

        prompt.Validate(image);
        return prompt;
    }
}
