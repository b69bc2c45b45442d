namespace OmgLlava.Server.Hosting;

/// <summary>Marks an endpoint that needs the model, and so counts against the limits.</summary>
internal sealed class ComputesMetadata;
