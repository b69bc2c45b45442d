using OmgLlava.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Endpoints;

/// <summary>The model and what it can do.</summary>
internal static class ModelEndpoints
{
    private static readonly long Started = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder models = routes.MapGroup("/v1/models").WithTags("Models");
        models
            .MapGet(
                "",
                (OmgLlavaService service, ServerOptions options) =>
                    ApiJson.Result(new ModelList("list", [Describe(service, options)]))
            )
            .WithSummary("The model and what it can do")
            .Produces<ModelList>();
        models.MapGet("{id}", Retrieve).WithSummary("The model of a name").Produces<ModelEntry>();
    }

    private static IResult Retrieve(string id, OmgLlavaService service, ServerOptions options) =>
        id == service.Model.Name
            ? ApiJson.Result(Describe(service, options))
            : throw new ApiException(
                StatusCodes.Status404NotFound,
                "model_not_found",
                $"There is no such model here; there is '{service.Model.Name}'."
            );

    private static ModelEntry Describe(OmgLlavaService service, ServerOptions options)
    {
        OmgLlavaModel model = service.Model;
        var capabilities = new ModelCapabilities(
            false,
            true,
            true,
            true,
            Enum.GetValues<MaskFormat>(),
            options.MaxTokens,
            model.Config.Language.MaxPositions,
            options.MaxPrompts,
            options.Serving.Image.MaxFileBytes,
            options.Serving.Image.MaxPixels
        );
        return new ModelEntry(model.Name, "model", Started, "omg-llava", model.WeightsHash, capabilities, model.ClassNames);
    }
}
