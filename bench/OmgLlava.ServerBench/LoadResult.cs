namespace OmgLlava.ServerBench;

/// <summary>How a load went.</summary>
/// <param name="Clients">Clients at once.</param>
/// <param name="Time">Length.</param>
/// <param name="Latencies">Seconds of each request by its kind; of those that were cancelled, until their place was free.</param>
/// <param name="Wrong">Answers that were not those given alone.</param>
/// <param name="ServerErrors">Status 500 and above.</param>
/// <param name="Refused">Status 400 to 499.</param>
/// <param name="Vitals">What the server held, every two seconds.</param>
internal sealed record LoadResult(
    int Clients,
    TimeSpan Time,
    IReadOnlyDictionary<RequestKind, IReadOnlyList<double>> Latencies,
    int Wrong,
    int ServerErrors,
    int Refused,
    IReadOnlyList<Vitals> Vitals
);
