using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Perception;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Endpoints;

/// <summary>Pictures: taken in once, then pointed at.</summary>
internal static class ImageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder images = routes.MapGroup("/v1/images").WithTags("Images");
        images
            .MapPost("", Add)
            .Computes()
            .WithSummary("Upload a picture; perception runs once")
            .Accepts<ImageReference>(
                "application/json",
                "multipart/form-data",
                "image/png",
                "image/jpeg",
                "image/webp",
                "image/bmp",
                "image/gif",
                "application/octet-stream"
            )
            .Produces<ImageResponse>(StatusCodes.Status201Created)
            .Produces<ImageResponse>();
        images.MapGet("{id}", Get).Computes().WithSummary("A picture that the server holds").Produces<ImageResponse>();
        images
            .MapGet("{id}/content", Content)
            .Computes()
            .WithSummary("The picture, upright, as PNG")
            .Produces(StatusCodes.Status200OK, contentType: "image/png");
        images.MapDelete("{id}", Forget).WithSummary("Forget a picture").Produces(StatusCodes.Status204NoContent);
        images
            .MapPost("{id}/segment", Segment)
            .Computes()
            .WithSummary("The masks of points, boxes and regions")
            .Accepts<SegmentRequest>("application/json")
            .Produces<SegmentResponse>();
        images
            .MapPost("{id}/panoptic", PostPanoptic)
            .Computes()
            .WithSummary("Everything in the picture")
            .Accepts<PanopticRequest>(true, "application/json")
            .Produces<PanopticResponse>();
        images
            .MapGet("{id}/panoptic", GetPanoptic)
            .Computes()
            .WithSummary("Everything in the picture")
            .Produces<PanopticResponse>();
    }

    private static async Task<IResult> Add(
        HttpRequest request,
        OmgLlavaService service,
        PictureSource source,
        ServerOptions options
    )
    {
        CancellationToken stop = request.HttpContext.RequestAborted;
        byte[] file = await Upload.ReadAsync(request, source, options, stop);
        using Picture picture = await service.AddAsync(file, Caller.Of(request.HttpContext), stop);
        var body = ImageResponse.Of(picture);
        return ApiJson.Result(
            body, picture.WasCached ? StatusCodes.Status200OK : StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> Get(string id, HttpContext context, OmgLlavaService service)
    {
        using Picture picture = await service.OpenAsync(id, Caller.Of(context), context.RequestAborted);
        return ApiJson.Result(ImageResponse.Of(picture) with { Cached = true });
    }

    private static async Task<IResult> Content(string id, HttpContext context, OmgLlavaService service)
    {
        byte[] file = service.FileOf(id, Caller.Of(context));
        byte[] png = await service
            .Scheduler.StartJob(Caller.Of(context))
            .RunAsync(
                () => ImageFile.EncodePng(ImageFile.Decode(file, "the image", service.Options.Image)),
                context.RequestAborted
            );
        return Results.Bytes(png, "image/png");
    }

    private static IResult Forget(string id, HttpContext context, OmgLlavaService service) =>
        service.Forget(id, Caller.Of(context))
            ? Results.NoContent()
            : throw new ApiException(StatusCodes.Status404NotFound, "not_found", "There is no such picture here.");

    private static async Task<IResult> Segment(string id, HttpRequest request, OmgLlavaService service, ServerOptions options)
    {
        var clock = Stopwatch.StartNew();
        CancellationToken stop = request.HttpContext.RequestAborted;
        SegmentRequest wanted = await ApiJson.ReadAsync<SegmentRequest>(request, stop);
        using Picture picture = await service.OpenAsync(id, Caller.Of(request.HttpContext), stop);
        ImageGeometry size = picture.Perceived.Geometry;
        IReadOnlyList<VisualPrompt> prompts = PromptReader.Read(wanted.Prompts, size, options);
        if (prompts.Count == 0)
        {
            throw ApiException.BadRequest("'prompts' is empty; give at least one point, box or mask.");
        }

        IReadOnlyList<Segment> segments = await service.SegmentAsync(picture, prompts, wanted.Quick, stop);
        return ApiJson.Result(
            new SegmentResponse(
                [.. segments.Select(segment => PromptSegmentJson.Of(segment, wanted.MaskFormat))],
                new ImageSizeJson(size.Width, size.Height),
                ModelJson.Of(service.Model),
                Seconds(clock)
            )
        );
    }

    private static async Task<IResult> PostPanoptic(string id, HttpRequest request, OmgLlavaService service) =>
        await Panoptic(
            id,
            request.ContentLength == 0
                ? new PanopticRequest()
                : await ApiJson.ReadAsync<PanopticRequest>(request, request.HttpContext.RequestAborted),
            request.HttpContext,
            service
        );

    private static Task<IResult> GetPanoptic(
        string id,
        HttpContext context,
        OmgLlavaService service,
        string? kind = null,
        float? threshold = null,
        [FromQuery(Name = "mask_format")] string? maskFormat = null
    ) =>
        Panoptic(
            id,
            new PanopticRequest(Word<SegmentationKind>("kind", kind), threshold, Word<MaskFormat>("mask_format", maskFormat)),
            context,
            service
        );

    private static async Task<IResult> Panoptic(string id, PanopticRequest wanted, HttpContext context, OmgLlavaService service)
    {
        if (wanted.Threshold is not (null or (>= 0 and <= 1)))
        {
            throw ApiException.BadRequest("'threshold' must be in 0..1.");
        }

        var clock = Stopwatch.StartNew();
        using Picture picture = await service.OpenAsync(id, Caller.Of(context), context.RequestAborted);
        bool instances = wanted.Kind == SegmentationKind.Instance;
        SegmentationOptions options = service.Model.Segmentation;
        options =
            wanted.Threshold is not { } least ? options
            : instances ? options with { InstanceThreshold = least }
            : options with { ObjectThreshold = least };
        var result = SegmentationJson.Of(
            await service.SegmentEverythingAsync(picture, instances, options, context.RequestAborted),
            service.Model,
            wanted.MaskFormat
        );
        return ApiJson.Result(new PanopticResponse(result.Segments, result.Image, result.Model, Seconds(clock)));
    }

    private static T Word<T>(string name, string? text)
        where T : struct, Enum
    {
        T value = default;
        return text is null || (Enum.TryParse(text, ignoreCase: true, out value) && !char.IsAsciiDigit(text[0]))
            ? value
            : throw ApiException.BadRequest(
                $"'{name}' must be one of {string.Join(", ", Enum.GetNames<T>().Select(word => word.ToLowerInvariant()))}."
            );
    }

    private static double Seconds(Stopwatch clock) => Math.Round(clock.Elapsed.TotalSeconds, 4);
}
