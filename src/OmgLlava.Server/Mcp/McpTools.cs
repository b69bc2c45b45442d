using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OmgLlava.Json;
using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Serving;

namespace OmgLlava.Server.Mcp;

/// <summary>What MCP clients can ask for. Every result is a text, the same as JSON, and the picture with its masks
/// drawn.</summary>
[McpServerToolType]
internal sealed class McpTools(OmgLlavaService service, McpPictures pictures)
{
    private const string Image =
        "The picture: a path or file URI where the server runs on your machine, a data URI, an https address of a host that "
        + "the server allows, or omg-image:ID.";
    private const int MostTokens = 512;

    /// <summary>The mask of what words mean.</summary>
    [McpServerTool(Name = "segment", Title = "Segment", ReadOnly = true, OpenWorld = false)]
    [Description(
        "Finds what an expression means in a picture, such as 'the red cup left of the plate', and gives its pixel-exact "
            + "mask, box and area; or says that it is not there."
    )]
    public Task<CallToolResult> Segment(
        [Description(Image)] string image,
        [Description("What to find: a noun phrase.")] string expression,
        CancellationToken cancellation
    ) => AnswerAsync(image, _ => (Questions.Segment(expression), []), cancellation);

    /// <summary>The mask of what is pointed at.</summary>
    [McpServerTool(Name = "point", Title = "Point at a thing", ReadOnly = true, OpenWorld = false)]
    [Description(
        "Gives the mask of the thing at a point or in a box of a picture. Coordinates are pixels of the picture, x before y, "
            + "from the top left."
    )]
    public Task<CallToolResult> Point(
        [Description(Image)] string image,
        [Description("x and y of a point on the thing.")] float[]? point = null,
        [Description("Left, top, right and bottom of a box around the thing.")] float[]? box = null,
        CancellationToken cancellation = default
    ) =>
        McpResults.Guard(async () =>
        {
            using Picture picture = await pictures.TakeAsync(image, cancellation);
            IReadOnlyList<Segment> segments = await service.SegmentAsync(
                picture,
                [Prompt(point, box) ?? throw new OmgLlavaException("Give a 'point' or a 'box'.")],
                cancellation
            );
            return McpResults.Of(picture, segments, pictures.FileOf(picture));
        });

    /// <summary>A description of the picture, or of one thing in it.</summary>
    [McpServerTool(Name = "describe", Title = "Describe", ReadOnly = true, OpenWorld = false)]
    [Description("Describes a picture in words, or only the thing at a point or in a box of it.")]
    public Task<CallToolResult> Describe(
        [Description(Image)] string image,
        [Description("x and y of a point on the thing; nothing for the whole picture.")] float[]? point = null,
        [Description("Left, top, right and bottom of a box around the thing; nothing for the whole picture.")]
            float[]? box = null,
        CancellationToken cancellation = default
    ) =>
        AnswerAsync(
            image,
            _ => Prompt(point, box) is { } prompt ? (Questions.Describe(prompt), [prompt]) : (Questions.Caption, []),
            cancellation
        );

    /// <summary>A description whose phrases have masks.</summary>
    [McpServerTool(Name = "ground", Title = "Describe with masks", ReadOnly = true, OpenWorld = false)]
    [Description("Describes a picture in a sentence and gives a mask for every thing that the sentence names.")]
    public Task<CallToolResult> Ground([Description(Image)] string image, CancellationToken cancellation) =>
        AnswerAsync(image, _ => (Questions.Ground, []), cancellation);

    /// <summary>A question.</summary>
    [McpServerTool(Name = "ask", Title = "Ask", ReadOnly = true, OpenWorld = false)]
    [Description("Asks a question about a picture.")]
    public Task<CallToolResult> Ask(
        [Description(Image)] string image,
        [Description("The question.")] string question,
        CancellationToken cancellation
    ) => AnswerAsync(image, _ => (question, []), cancellation);

    /// <summary>Everything in the picture.</summary>
    [McpServerTool(Name = "panoptic", Title = "Segment everything", ReadOnly = true, OpenWorld = false)]
    [Description(
        "Divides a picture into all the things and backgrounds that the model has names for, each with class, score, box and "
            + "mask."
    )]
    public Task<CallToolResult> Panoptic(
        [Description(Image)] string image,
        [Description("The least score, 0 to 1; nothing for the model's own.")] float? threshold = null,
        CancellationToken cancellation = default
    ) =>
        McpResults.Guard(async () =>
        {
            using Picture picture = await pictures.TakeAsync(image, cancellation);
            SegmentationOptions options = service.Model.Segmentation;
            options = threshold is { } least ? options with { ObjectThreshold = Math.Clamp(least, 0, 1) } : options;
            SegmentationResult result = await service.SegmentEverythingAsync(
                picture,
                options: options,
                cancellation: cancellation
            );
            return McpResults.Of(result, service.Model, pictures.FileOf(picture));
        });

    private Task<CallToolResult> AnswerAsync(
        string image,
        Func<Picture, (string Question, VisualPrompt[] Prompts)> ask,
        CancellationToken cancellation
    ) =>
        McpResults.Guard(async () =>
        {
            using Picture picture = await pictures.TakeAsync(image, cancellation);
            (string question, VisualPrompt[] prompts) = ask(picture);
            Reply? reply = null;
            await foreach (
                ReplyUpdate update in service.StreamAsync(
                    picture,
                    [],
                    question,
                    prompts,
                    new GenerationOptions { MaxNewTokens = MostTokens },
                    cancellation
                )
            )
            {
                reply = update.Reply ?? reply;
            }

            return McpResults.Of(
                AnswerJson.Of(reply!, service.Model, picture.Perceived.Geometry),
                reply!,
                pictures.FileOf(picture)
            );
        });

    private static VisualPrompt? Prompt(float[]? point, float[]? box) =>
        (point, box) switch
        {
            (null, null) => null,
            ([var x, var y], null) => VisualPrompt.Point(x, y),
            (null, [var x0, var y0, var x1, var y1]) => VisualPrompt.Box(x0, y0, x1, y1),
            _ => throw new OmgLlavaException("Give either 'point' as [x, y] or 'box' as [left, top, right, bottom]."),
        };
}
