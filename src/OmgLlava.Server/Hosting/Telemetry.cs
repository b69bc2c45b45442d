using System.Collections;
using OmgLlava.Serving;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// Metrics and traces by OpenTelemetry. They are sent where the standard variables say (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and
/// its kin), and nowhere without them; Prometheus fetches the metrics from <c>/metrics</c>.
/// </summary>
internal static class Telemetry
{
    private const string Prefix = "OTEL_";

    public static void Add(WebApplicationBuilder builder)
    {
        Dictionary<string, string?> variables = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(variable => (string)variable.Key, variable => variable.Value as string);
        builder.Configuration.AddInMemoryCollection(variables);
        OpenTelemetryBuilder telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("omg-llava"))
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(
                        ServingTelemetry.Name,
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.Server.Kestrel",
                        "System.Runtime"
                    )
                    .AddPrometheusExporter()
            )
            .WithTracing(traces => traces.AddSource(ServingTelemetry.Name, "Microsoft.AspNetCore"));
        if (
            variables.Keys.Any(name =>
                name.StartsWith("OTEL_EXPORTER_OTLP", StringComparison.Ordinal)
                && name.EndsWith("ENDPOINT", StringComparison.Ordinal)
            )
        )
        {
            telemetry.UseOtlpExporter();
        }
    }
}
