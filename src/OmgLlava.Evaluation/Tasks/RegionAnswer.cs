namespace OmgLlava.Evaluation.Tasks;

/// <summary>The description in an answer about a region.</summary>
internal static class RegionAnswer
{
    /// <summary>Without the name of the region and colons, as the published evaluation takes it.</summary>
    public static string Clean(string answer) =>
        string.Join(
                ' ',
                answer
                    .Replace("region1", "", StringComparison.Ordinal)
                    .Replace("Region1", "", StringComparison.Ordinal)
                    .Replace(":", "", StringComparison.Ordinal)
                    .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            )
            .Trim('\'')
            .Trim();
}
