namespace OmgLlava.Cluster.Placement;

/// <summary>How much a server has to do.</summary>
[GenerateSerializer, Immutable, Alias("omg.SiloLoad")]
internal sealed record SiloLoad
{
    /// <summary>The server.</summary>
    [Id(0)]
    public required SiloAddress Silo { get; init; }

    /// <summary>Steps that wait for its processor.</summary>
    [Id(1)]
    public int Waiting { get; init; }

    /// <summary>Requests that are worked on or wait.</summary>
    [Id(2)]
    public int Inside { get; init; }

    /// <summary>Requests that it takes at most.</summary>
    [Id(3)]
    public int Room { get; init; }

    /// <summary>Pictures that live there.</summary>
    [Id(4)]
    public int Pictures { get; init; }

    /// <summary>Share of its memory that is free, 0..1.</summary>
    [Id(5)]
    public double FreeMemory { get; init; } = 1;

    /// <summary>Whether it ends, and should get nothing new.</summary>
    [Id(6)]
    public bool Leaving { get; init; }

    /// <summary>Counts what the server has said.</summary>
    [Id(7)]
    public long Number { get; init; }
}
