namespace OmgLlava.Server.Hosting;

/// <summary>
/// Who answers a request where there are several servers. Without one registered, this server answers everything itself.
/// </summary>
internal interface IRequestRouter
{
    /// <summary>Why this server may not answer at the moment, in a sentence; null when it may.</summary>
    string? Refusal { get; }

    /// <summary>Takes the pipeline from routing on, for requests of other servers; called once, before the first.</summary>
    void Use(RequestDelegate pipeline);

    /// <summary>The middleware; it stands behind the gate.</summary>
    /// <param name="context">A request that may come in.</param>
    /// <param name="here">Answers it on this server.</param>
    Task InvokeAsync(HttpContext context, RequestDelegate here);
}
