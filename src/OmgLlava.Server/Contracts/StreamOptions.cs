using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>What else a stream holds.</summary>
/// <param name="IncludeUsage">Whether the tokens are counted in a last chunk.</param>
public sealed record StreamOptions(bool IncludeUsage = false)
{
    /// <summary>Fields that change nothing here.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; init; }
}
