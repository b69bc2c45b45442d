using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>A request that another server answers. It has been let in where it arrived.</summary>
[GenerateSerializer, Immutable, Alias("omg.ForwardedRequest")]
internal sealed record ForwardedRequest
{
    /// <summary>GET, POST or DELETE.</summary>
    [Id(0)]
    public required string Method { get; init; }

    /// <summary>The path, such as <c>/v1/images/ID/chat</c>.</summary>
    [Id(1)]
    public required string Path { get; init; }

    /// <summary>The query, with its question mark; empty for none.</summary>
    [Id(2)]
    public required string Query { get; init; }

    /// <summary>Names and values, by turns.</summary>
    [Id(3)]
    public required string[] Headers { get; init; }

    /// <summary>The whole body.</summary>
    [Id(4)]
    public required byte[] Body { get; init; }

    /// <summary>Whose request it is.</summary>
    [Id(5)]
    public required string Owner { get; init; }

    /// <summary>Names the request in logs.</summary>
    [Id(6)]
    public required string TraceName { get; init; }

    /// <summary>What its answer is called, see <see cref="AnswerIdentity"/>; null from servers that do not say.</summary>
    [Id(7)]
    public string? AnswerName { get; init; }

    /// <summary>When its answer began, in seconds since 1970.</summary>
    [Id(8)]
    public long CreatedAt { get; init; }
}
