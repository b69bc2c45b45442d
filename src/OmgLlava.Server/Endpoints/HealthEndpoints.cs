using OmgLlava.Server.Hosting;

namespace OmgLlava.Server.Endpoints;

/// <summary>Health, for load balancers.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = new OpenMetadata();
        routes
            .MapGet("/health/live", () => Results.Text("live"))
            .WithTags("Health")
            .WithSummary("The process is there")
            .WithMetadata(open);
        routes
            .MapGet(
                "/health/ready",
                (IHostApplicationLifetime life, IServiceProvider services) =>
                    life.ApplicationStopping.IsCancellationRequested
                        ? Results.Text("ending", statusCode: StatusCodes.Status503ServiceUnavailable)
                    : services.GetService<IRequestRouter>()?.Refusal is { } why
                        ? Results.Text(why, statusCode: StatusCodes.Status503ServiceUnavailable)
                    : Results.Text("ready")
            )
            .WithTags("Health")
            .WithSummary("Requests are taken")
            .WithMetadata(open);
    }
}
