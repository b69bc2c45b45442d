using System.Text.Encodings.Web;
using System.Text.Json;
using OmgLlava.Imaging;
using OmgLlava.Json;

namespace OmgLlava;

/// <summary>
/// Answers as JSON; command line, server and library write the same. Boxes are x0, y0, x1, y1 in pixels of the user's picture,
/// masks are COCO run-length encodings, <c>start</c> and <c>end</c> count UTF-16 characters of <c>text</c>, times are seconds.
/// </summary>
public static class ReplyJson
{
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // RLE counts and other languages stay readable
        WriteIndented = true,
    };

    /// <summary>An answer.</summary>
    public static string Serialize(Reply reply, OmgLlavaModel model, ImageGeometry image) =>
        JsonSerializer.Serialize(AnswerJson.Of(reply, model, image), Options);

    /// <summary>A conversation: the picture's path and all turns.</summary>
    public static string Serialize(IReadOnlyList<ChatTurn> turns, OmgLlavaModel model, ImageGeometry image, string path) =>
        JsonSerializer.Serialize(
            new
            {
                Image = path,
                Turns = turns.Select(turn => new
                {
                    turn.Question,
                    Prompts = turn.Prompts.Select(Prompt),
                    Answer = AnswerJson.Of(turn.Reply, model, image),
                }),
            },
            Options
        );

    /// <summary>Segments of a picture with their classes.</summary>
    public static string Serialize(SegmentationResult result, OmgLlavaModel model) =>
        JsonSerializer.Serialize(SegmentationJson.Of(result, model), Options);

    private static object Prompt(VisualPrompt prompt) =>
        prompt switch
        {
            VisualPrompt.PointPrompt { At: var at } => new { Point = (float[])[at.X, at.Y] },
            VisualPrompt.BoxPrompt { Around: var box } => new { Box = (float[])[box.X0, box.Y0, box.X1, box.Y1] },
            VisualPrompt.RegionPrompt { Mask: var mask } => new { Mask = MaskJson.Of(mask) },
            _ => throw new ArgumentOutOfRangeException(nameof(prompt)),
        };
}
