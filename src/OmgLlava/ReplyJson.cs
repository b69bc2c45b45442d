using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        TypeInfoResolver = LibraryJson.Default,
    };

    /// <summary>An answer.</summary>
    public static string Serialize(Reply reply, OmgLlavaModel model, ImageGeometry image) =>
        JsonSerializer.Serialize(AnswerJson.Of(reply, model, image), Options.Of<AnswerJson>());

    /// <summary>A conversation: the picture's path and all turns.</summary>
    public static string Serialize(IReadOnlyList<ChatTurn> turns, OmgLlavaModel model, ImageGeometry image, string path) =>
        new JsonObject
        {
            ["image"] = path,
            ["turns"] = new JsonArray([
                .. turns.Select(turn => new JsonObject
                {
                    ["question"] = turn.Question,
                    ["prompts"] = new JsonArray([.. turn.Prompts.Select(prompt => Node(PromptJson.Of(prompt)))]),
                    ["answer"] = Node(AnswerJson.Of(turn.Reply, model, image)),
                }),
            ]),
        }.ToJsonString(Options);

    /// <summary>Segments of a picture with their classes.</summary>
    public static string Serialize(SegmentationResult result, OmgLlavaModel model) =>
        JsonSerializer.Serialize(SegmentationJson.Of(result, model), Options.Of<SegmentationJson>());

    /// <summary>One of this library's records as an object that can be added to.</summary>
    internal static JsonObject Node<T>(T record) => JsonSerializer.SerializeToNode(record, Options.Of<T>())!.AsObject();
}
