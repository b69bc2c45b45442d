namespace OmgLlava.Fuzz;

/// <summary>What a target's campaign came to.</summary>
/// <param name="Target">The target.</param>
/// <param name="Inputs">Inputs read.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Kept">Inputs that passed code in a way that none had before.</param>
/// <param name="Edges">Edges of the code that were passed.</param>
/// <param name="Deaths">How often a worker died, hung or grew.</param>
internal sealed record CampaignResult(string Target, long Inputs, TimeSpan Time, long Kept, long Edges, int Deaths);
