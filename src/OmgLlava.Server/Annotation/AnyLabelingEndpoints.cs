using System.Text.Json.Nodes;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Annotation;

/// <summary>
/// The remote protocol of X-AnyLabeling, under a prefix of its own because its <c>/v1/models</c> is another than OpenAI's. In the
/// tool the server's address is <c>http://127.0.0.1:8080/x-anylabeling</c>.
/// </summary>
internal static class AnyLabelingEndpoints
{
    // What the tool shows when the model is chosen; the names are its own.
    private static readonly string[] Widgets =
    [
        "edit_text",
        "button_send",
        "button_add_point",
        "button_add_rect",
        "button_run",
        "button_clear",
        "button_finish_object",
        "input_conf",
        "edit_conf",
        "mask_fineness_slider",
        "mask_fineness_value_label",
        "toggle_preserve_existing_annotations",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder tool = routes.MapGroup("/x-anylabeling").WithTags("Annotation tools");
        tool.MapGet(
                "v1/models",
                (OmgLlavaService service) =>
                    ApiJson.Result(
                        new JsonObject
                        {
                            ["success"] = true,
                            ["data"] = new JsonObject { [service.Model.Name] = Describe(service.Model) },
                        }
                    )
            )
            .WithSummary("X-AnyLabeling: the model and its controls");
        tool.MapPost("v1/predict", Predict)
            .Computes()
            .WithSummary("X-AnyLabeling: label a picture")
            .Accepts<AnyLabelingRequest>("application/json");
        tool.MapGet("health", () => ApiJson.Result(new JsonObject { ["status"] = "healthy", ["models_loaded"] = 1 }))
            .WithMetadata(new OpenMetadata())
            .WithSummary("X-AnyLabeling: health");
    }

    private static JsonObject Describe(OmgLlavaModel model) =>
        new()
        {
            ["display_name"] = $"OMG-LLaVA {model.Name}",
            ["widgets"] = new JsonArray([
                .. Widgets.Select(name => new JsonObject
                {
                    ["name"] = name,
                    ["value"] = name switch
                    {
                        "edit_conf" => 0.3,
                        "mask_fineness_slider" => 10,
                        _ => (JsonNode?)null,
                    },
                }),
            ]),
            ["params"] = new JsonObject(),
            ["batch_processing_mode"] = "text_prompt",
        };

    private static async Task<IResult> Predict(
        HttpContext context,
        OmgLlavaService service,
        PictureSource source,
        Labelling labelling
    )
    {
        CancellationToken stop = context.RequestAborted;
        AnyLabelingRequest request = await ApiJson.ReadAsync<AnyLabelingRequest>(context.Request, stop);
        string url = request.Image.Contains(':', StringComparison.Ordinal)
            ? request.Image
            : $"data:image/png;base64,{request.Image}";
        using Picture picture = await service.AddAsync(await source.ReadAsync(url, stop), Caller.Of(context), stop);
        AnyLabelingParameters wanted = request.Params ?? new AnyLabelingParameters();
        IReadOnlyList<Labelled> found = await FindAsync(wanted, picture, labelling, stop);
        AnyLabelingShape[] shapes =
        [
            .. found.Index().SelectMany(one => Shapes(one.Item, one.Index, wanted.EpsilonFactor ?? 0.001)),
        ];
        return ApiJson.Result(
            new JsonObject
            {
                ["success"] = true,
                ["data"] = new JsonObject { ["shapes"] = ApiJson.Node(shapes), ["description"] = "" },
            }
        );
    }

    private static async Task<IReadOnlyList<Labelled>> FindAsync(
        AnyLabelingParameters wanted,
        Picture picture,
        Labelling labelling,
        CancellationToken stop
    )
    {
        if (ApiJson.Full(wanted.Marks, "marks") is { Count: > 0 } marks)
        {
            // the tool asks for the name
            return await labelling.PointAsync(picture, [.. marks.Select(mark => (Prompt(mark), "AUTOLABEL_OBJECT"))], stop);
        }

        if (!string.IsNullOrWhiteSpace(wanted.TextPrompt))
        {
            string[] expressions = wanted.TextPrompt.Split(
                ',',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            );
            return await labelling.FindAsync(picture, expressions, stop);
        }

        return await labelling.EverythingAsync(picture, wanted.ConfThreshold is > 0 and <= 1 and var least ? least : null, stop);
    }

    private static VisualPrompt Prompt(AnyLabelingMark mark) =>
        (mark.Type, mark.Data, mark.Label) switch
        {
            (_, _, 0) => throw new ApiException(
                StatusCodes.Status400BadRequest,
                "negative_points_not_supported",
                "This model does not know negative points; point at what you want, or use a box."
            ),
            ("point", [var x, var y], _) => VisualPrompt.Point(x, y),
            ("rectangle", [var x0, var y0, var x1, var y1], _) => VisualPrompt.Box(
                Math.Min(x0, x1),
                Math.Min(y0, y1),
                Math.Max(x0, x1),
                Math.Max(y0, y1)
            ),
            _ => throw ApiException.BadRequest(
                "A mark must be of type 'point' with [x, y], or 'rectangle' with [left, top, right, bottom]."
            ),
        };

    private static IEnumerable<AnyLabelingShape> Shapes(Labelled thing, int index, double fineness)
    {
        IReadOnlyList<IReadOnlyList<(double X, double Y)>> rings = PolygonOutline.Of(thing.Mask, Math.Clamp(fineness, 0, 0.1));
        return rings.Select(ring => new AnyLabelingShape(
            thing.Label,
            [.. ring.Append(ring[0]).Select(point => new[] { point.X, point.Y })],
            thing.Score,
            rings.Count > 1 ? index : null
        ));
    }
}
