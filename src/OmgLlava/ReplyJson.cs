using System.Text.Encodings.Web;
using System.Text.Json;
using OmgLlava.Imaging;

namespace OmgLlava;

/// <summary>
/// Answers as JSON; command line, server and library write the same. Boxes are x0, y0, x1, y1 in pixels of the user's picture, masks are COCO
/// run-length encodings, <c>start</c> and <c>end</c> count UTF-16 characters of <c>text</c>, times are seconds.
/// </summary>
public static class ReplyJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // RLE counts and other languages stay readable
        WriteIndented = true,
    };

    /// <summary>An answer.</summary>
    public static string Serialize(Reply reply, OmgLlavaModel model, ImageGeometry image) => JsonSerializer.Serialize(Answer(reply, model, image), Options);

    /// <summary>A conversation: the picture's path and all turns.</summary>
    public static string Serialize(IReadOnlyList<ChatTurn> turns, OmgLlavaModel model, ImageGeometry image, string path) => JsonSerializer.Serialize(
        new { Image = path, Turns = turns.Select(turn => new { turn.Question, Answer = Answer(turn.Reply, model, image) }) }, Options);

    /// <summary>Segments of a picture with their classes.</summary>
    public static string Serialize(SegmentationResult result, OmgLlavaModel model) => JsonSerializer.Serialize(
        new
        {
            Segments = result.Objects.Select(segment => new
            {
                Class = result.NameOf(segment),
                segment.IsThing,
                segment.Score,
                Box = Box(segment.Mask),
                segment.Mask.Area,
                Mask = Rle(segment.Mask),
            }),
            Image = new { result.Width, result.Height },
            Model = Model(model),
        },
        Options);

    private static object Answer(Reply reply, OmgLlavaModel model, ImageGeometry image) => new
    {
        reply.Text,
        Grounding = reply.Segments.Select(segment => new
        {
            segment.Phrase,
            segment.Start,
            segment.End,
            segment.Score,
            segment.Found,
            Box = segment.Mask is null ? null : Box(segment.Mask),
            Area = segment.Mask?.Area ?? 0,
            Mask = segment.Mask is null ? null : Rle(segment.Mask),
        }),
        reply.Complete,
        Image = new { image.Width, image.Height },
        Model = Model(model),
        Timings = new
        {
            PerceptionSeconds = Seconds(reply.Timings.Perception),
            FirstTokenSeconds = Seconds(reply.Timings.FirstToken),
            TotalSeconds = Seconds(reply.Timings.Total),
            reply.Timings.PromptTokens,
            reply.Timings.Tokens,
        },
    };

    private static float[]? Box(Mask mask) => mask.Box is { } box ? [box.X0, box.Y0, box.X1, box.Y1] : null;

    private static object Rle(Mask mask) => new { Size = new[] { mask.Height, mask.Width }, Counts = mask.ToRle().ToString() };

    private static object Model(OmgLlavaModel model) => new { model.Name, Weights = model.WeightsHash };

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 4);
}
