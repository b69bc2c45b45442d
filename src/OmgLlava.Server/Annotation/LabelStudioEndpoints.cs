using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Imaging;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Annotation;

/// <summary>
/// A machine-learning backend for Label Studio. A smart keypoint or rectangle becomes the thing that it points at; a task without
/// either gets everything that has one of the project's labels.
/// </summary>
internal static class LabelStudioEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder tool = routes.MapGroup("/label-studio").WithTags("Annotation tools");
        foreach (string path in (string[])["", "health"])
        {
            tool.MapGet(path, () => ApiJson.Result(new JsonObject { ["status"] = "UP", ["model_class"] = "OmgLlava" }))
                .WithMetadata(new OpenMetadata())
                .WithSummary("Label Studio: health");
        }

        tool.MapPost(
                "setup",
                (OmgLlavaService service) => ApiJson.Result(new JsonObject { ["model_version"] = Version(service.Model) })
            )
            .WithSummary("Label Studio: a project begins");
        tool.MapPost(
                "webhook",
                () => ApiJson.Result(new JsonObject { ["status"] = "ok" }, StatusCodes.Status201Created)
            )
            .WithSummary("Label Studio: a label has changed; nothing is learned");
        tool.MapGet(
                "versions",
                (OmgLlavaService service) =>
                    ApiJson.Result(new JsonObject { ["versions"] = new JsonArray(Version(service.Model)) })
            )
            .WithSummary("Label Studio: the model's version");
        tool.MapPost("predict", Predict)
            .Computes()
            .WithSummary("Label Studio: label tasks")
            .Accepts<LabelStudioRequest>("application/json");
    }

    private static string Version(OmgLlavaModel model) => $"{model.Name}-{model.WeightsHash}";

    private static async Task<IResult> Predict(
        HttpContext context,
        OmgLlavaService service,
        LabelStudioPictures pictures,
        Labelling labelling
    )
    {
        CancellationToken stop = context.RequestAborted;
        LabelStudioRequest request = await ApiJson.ReadAsync<LabelStudioRequest>(context.Request, stop);
        var config = LabelConfig.Parse(request.LabelConfig ?? throw ApiException.BadRequest("'label_config' is missing."));
        IReadOnlyList<LabelStudioRegion> drawn = ApiJson.Full(request.Params?.Context?.Result, "params.context.result");
        var results = new JsonArray();
        foreach (LabelStudioTask task in ApiJson.Full(request.Tasks, "tasks"))
        {
            using Picture picture = await service.AddAsync(
                await pictures.ReadAsync(task, config.ImageField, stop),
                Caller.Of(context),
                stop
            );
            IReadOnlyList<Labelled> found =
                drawn.Count > 0
                    ? await labelling.PointAsync(
                        picture,
                        [.. drawn.Select(region => Read(region, picture.Perceived.Geometry, config))],
                        stop
                    )
                    : await LabelAsync(picture, config, service.Model, labelling, stop);
            results.Add((JsonNode)
                new JsonObject
                {
                    ["result"] = new JsonArray([.. found.SelectMany(thing => LabelStudioResult.Of(thing, config))]),
                    ["score"] = found.Count == 0 ? 0 : found.Average(thing => thing.Score),
                    ["model_version"] = Version(service.Model),
                }
            );
        }

        return ApiJson.Result(new JsonObject { ["results"] = results });
    }

    /// <summary>Labels that are names of the model's classes are looked up, others are asked for in words.</summary>
    private static async Task<IReadOnlyList<Labelled>> LabelAsync(
        Picture picture,
        LabelConfig config,
        OmgLlavaModel model,
        Labelling labelling,
        CancellationToken stop
    )
    {
        ILookup<string, string> known = config.Labels.ToLookup(label =>
            model.ClassNames.FirstOrDefault(name => name.Equals(label, StringComparison.OrdinalIgnoreCase)) ?? ""
        );
        var found = new List<Labelled>();
        if (config.Labels.Count > known[""].Count())
        {
            IReadOnlyList<Labelled> all = await labelling.EverythingAsync(picture, threshold: null, stop);
            found.AddRange(
                all.Where(thing => known.Contains(thing.Label)).Select(thing => thing with { Label = known[thing.Label].First() })
            );
        }

        found.AddRange(await labelling.FindAsync(picture, [.. known[""]], stop));
        return found;
    }

    private static (VisualPrompt Prompt, string Label) Read(LabelStudioRegion region, ImageGeometry image, LabelConfig config)
    {
        if (
            region.IsPositive is { } positive
            && (
                positive.ValueKind == JsonValueKind.False
                || (positive.ValueKind == JsonValueKind.Number && positive.GetDouble() == 0)
            )
        )
        {
            throw new ApiException(
                StatusCodes.Status400BadRequest,
                "negative_points_not_supported",
                "This model does not know negative points; point at what you want, or use a rectangle."
            );
        }

        float x = Number(region, "x") / 100 * image.Width;
        float y = Number(region, "y") / 100 * image.Height;
        string? given =
            region.Value.TryGetProperty(region.Type, out JsonElement labels)
            && labels.ValueKind == JsonValueKind.Array
            && labels.GetArrayLength() > 0
            && labels[0].ValueKind == JsonValueKind.String
                ? labels[0].GetString()
                : null;
        string label =
            given is not null && config.Labels.Contains(given) ? given
            : config.Labels is [var first, ..] ? first
            : given ?? "object";
        return region.Type switch
        {
            "keypointlabels" or "keypoint" => (
                VisualPrompt.Point(Math.Min(x, image.Width - 1), Math.Min(y, image.Height - 1)),
                label
            ),
            "rectanglelabels" or "rectangle" => (
                VisualPrompt.Box(
                    x,
                    y,
                    Math.Min(x + (Number(region, "width") / 100 * image.Width), image.Width),
                    Math.Min(y + (Number(region, "height") / 100 * image.Height), image.Height)
                ),
                label
            ),
            _ => throw ApiException.BadRequest($"A smart region must be a keypoint or a rectangle, not '{region.Type}'."),
        };
    }

    private static float Number(LabelStudioRegion region, string name) =>
        region.Value.ValueKind == JsonValueKind.Object
        && region.Value.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetSingle(out float number)
            ? number
            : throw ApiException.BadRequest($"A smart region has no number '{name}'.");
}
