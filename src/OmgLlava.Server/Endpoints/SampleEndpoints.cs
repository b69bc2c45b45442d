using System.Text.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Server.Endpoints;

/// <summary>Sample pictures with example questions, embedded in the assembly.</summary>
internal static class SampleEndpoints
{
    private static readonly Lazy<IReadOnlyList<Sample>> Samples = new(Load);

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder samples = routes.MapGroup("/v1/samples").WithTags("Samples");
        samples
            .MapGet(
                "",
                (HttpRequest request) =>
                    ApiJson.Result(
                        new SampleList([
                            .. Samples.Value.Select(sample => sample with { Base = request.PathBase.ToUriComponent() }),
                        ])
                    )
            )
            .WithSummary("Sample pictures")
            .Produces<SampleList>();
        samples
            .MapGet("{name}", Picture)
            .WithSummary("A sample picture")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg");
    }

    private static IResult Picture(string name)
    {
        Sample? sample = Samples.Value.FirstOrDefault(s => s.Name == name);
        EmbeddedFile? file = sample is null ? null : EmbeddedFile.Find($"samples/{sample.File}");
        return file is null
            ? throw new ApiException(
                StatusCodes.Status404NotFound,
                "not_found",
                "There is no such sample; /v1/samples lists them."
            )
            : Results.Bytes(file.Content, file.ContentType, entityTag: file.Tag);
    }

    private static IReadOnlyList<Sample> Load() =>
        EmbeddedFile.Find("samples/samples.json") is { } file
            ? JsonSerializer.Deserialize(file.Content, ApiJson.Options.Of<IReadOnlyList<Sample>>())!
            : [];
}
