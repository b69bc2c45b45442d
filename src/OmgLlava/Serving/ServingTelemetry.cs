using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OmgLlava.Serving;

/// <summary>Metrics and traces of serving, for any listener such as OpenTelemetry. Names follow its conventions for generative
/// models where it has some.</summary>
internal static class ServingTelemetry
{
    /// <summary>Name of the meter and of the source of activities.</summary>
    public const string Name = "OmgLlava";

    internal static readonly ActivitySource Activities = new(Name);

    internal static readonly Meter Meter = new(Name);

    // The boundaries that the conventions give.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<double> Steps = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private static readonly InstrumentAdvice<long> Counts = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    internal static readonly Histogram<double> ClientDuration = Meter.CreateHistogram(
        "gen_ai.client.operation.duration",
        "s",
        "From the question to the end of the answer, waiting included.",
        advice: Durations
    );

    internal static readonly Histogram<double> ServerDuration = Meter.CreateHistogram(
        "gen_ai.server.request.duration",
        "s",
        "From the question to the end of the answer, waiting included.",
        advice: Durations
    );

    internal static readonly Histogram<long> TokenUsage = Meter.CreateHistogram(
        "gen_ai.client.token.usage",
        "{token}",
        "Tokens of the whole conversation before the answer, and of the answer.",
        advice: Counts
    );

    internal static readonly Histogram<double> TimeToFirstToken = Meter.CreateHistogram(
        "gen_ai.server.time_to_first_token",
        "s",
        "From the question to the first token, waiting included.",
        advice: Steps
    );

    internal static readonly Histogram<double> TimePerToken = Meter.CreateHistogram(
        "gen_ai.server.time_per_output_token",
        "s",
        "Time of each token after the first, waiting included.",
        advice: Steps
    );

    internal static readonly Counter<long> Tokens = Meter.CreateCounter<long>("omg_llava.tokens", "{token}", "Tokens generated.");

    internal static readonly Histogram<double> Perception = Meter.CreateHistogram<double>(
        "omg_llava.perception.duration",
        "s",
        "Looking at a picture."
    );

    internal static readonly Counter<long> Looks = Meter.CreateCounter<long>(
        "omg_llava.pictures",
        "{picture}",
        "Pictures lent, by whether they had been looked at before."
    );
}
