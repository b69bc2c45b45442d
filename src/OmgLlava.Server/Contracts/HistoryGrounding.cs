using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmgLlava.Server.Contracts;

/// <summary>A phrase of an earlier answer.</summary>
/// <param name="Start">Where it begins in the text, in UTF-16 characters.</param>
/// <param name="End">Where it ends, exclusive.</param>
public sealed record HistoryGrounding(int Start, int End)
{
    /// <summary>What else was in the entry; not needed again.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
