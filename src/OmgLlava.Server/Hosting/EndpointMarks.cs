namespace OmgLlava.Server.Hosting;

/// <summary>Marks on endpoints.</summary>
internal static class EndpointMarks
{
    /// <summary>The endpoint needs the model, and so counts against the limits.</summary>
    public static RouteHandlerBuilder Computes(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new ComputesMetadata()).ProducesProblemBody();

    private static RouteHandlerBuilder ProducesProblemBody(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Produces<Contracts.ErrorBody>(StatusCodes.Status400BadRequest)
            .Produces<Contracts.ErrorBody>(StatusCodes.Status429TooManyRequests);
}
