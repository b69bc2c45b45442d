using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>A sample picture.</summary>
/// <param name="Name">Its name in the address.</param>
/// <param name="Title">What it shows, by language.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Questions">What one could ask.</param>
public sealed record Sample(
    string Name,
    IReadOnlyDictionary<string, string> Title,
    int Width,
    int Height,
    IReadOnlyList<SampleQuestion> Questions
)
{
    /// <summary>Where the picture is.</summary>
    public string Url => $"{Base}/v1/samples/{Name}";

    /// <summary>What stands before every path of the server.</summary>
    [JsonIgnore]
    internal string Base { get; init; } = "";

    /// <summary>The embedded file.</summary>
    [JsonIgnore]
    internal string File => $"{Name}.jpg";
}
