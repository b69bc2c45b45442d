namespace OmgLlava.Server.Hosting;

/// <summary>Marks an endpoint that needs no key and that any page may load: the studio, the reference, health.</summary>
internal sealed class OpenMetadata;
