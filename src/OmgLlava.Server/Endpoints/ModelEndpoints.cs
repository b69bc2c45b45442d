using OmgLlava.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Serving;

namespace OmgLlava.Server.Endpoints;

/// <summary>The model and what it can do.</summary>
internal static class ModelEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/models", List).WithTags("Models").WithSummary("The model and what it can do")
        .Produces<ModelList>();

    private static IResult List(OmgLlavaService service, ServerOptions options, TimeProvider time)
    {
        OmgLlavaModel model = service.Model;
        var capabilities = new ModelCapabilities(
            false, true, true, true, Enum.GetValues<MaskFormat>(), options.MaxTokens, model.Config.Language.MaxPositions, options.MaxPrompts,
            options.Serving.Image.MaxFileBytes, options.Serving.Image.MaxPixels);
        return Results.Json(
            new ModelList("list", [new ModelEntry(model.Name, "model", time.GetUtcNow().ToUnixTimeSeconds(), "omg-llava", model.WeightsHash, capabilities, model.ClassNames)]),
            Hosting.ApiJson.Options);
    }
}
