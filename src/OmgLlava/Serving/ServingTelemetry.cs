using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OmgLlava.Serving;

/// <summary>Metrics and traces of serving, for any listener such as OpenTelemetry. Names follow its conventions for generative models where it has some.</summary>
public static class ServingTelemetry
{
    /// <summary>Name of the meter and of the source of activities.</summary>
    public const string Name = "OmgLlava";

    internal static readonly ActivitySource Activities = new(Name);

    internal static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> TimeToFirstToken =
        Meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "From the question to the first token, waiting included.");

    internal static readonly Histogram<double> TimePerToken =
        Meter.CreateHistogram<double>("gen_ai.server.time_per_output_token", "s", "Time of each token after the first, waiting included.");

    internal static readonly Counter<long> Tokens = Meter.CreateCounter<long>("omg_llava.tokens", "{token}", "Tokens generated.");

    internal static readonly Histogram<double> Perception = Meter.CreateHistogram<double>("omg_llava.perception.duration", "s", "Looking at a picture.");

    internal static readonly Counter<long> Looks = Meter.CreateCounter<long>("omg_llava.pictures", "{picture}", "Pictures lent, by whether they had been looked at before.");
}
