using System.Diagnostics;
using OmgLlava.Language;

namespace OmgLlava.Serving;

/// <summary>
/// Measures one answer by OpenTelemetry's conventions for generative models: a span "chat MODEL" and the histograms of duration
/// and tokens, of which the client's and the server's are the same here.
/// </summary>
internal sealed class AnswerMeasure : IDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Activity? _span;
    private readonly TagList _tags;
    private TimeSpan? _first;
    private bool _ended;

    public AnswerMeasure(OmgLlavaModel model, GenerationOptions? options)
    {
        _tags = new TagList
        {
            { "gen_ai.operation.name", "chat" },
            { "gen_ai.provider.name", "omg_llava" },
            { "gen_ai.request.model", model.Name },
            { "gen_ai.response.model", model.Name },
        };
        _span = ServingTelemetry.Activities.StartActivity(
            $"chat {model.Name}",
            ActivityKind.Client,
            default(ActivityContext),
            _tags
        );
        options ??= new GenerationOptions();
        _span
            ?.SetTag("gen_ai.request.max_tokens", options.MaxNewTokens)
            .SetTag("gen_ai.request.temperature", options.Temperature)
            .SetTag("gen_ai.request.top_p", options.TopP)
            .SetTag("gen_ai.output.type", options.JsonSchema is null ? "text" : "json");
    }

    /// <summary>A step is done; the first one gives the first token.</summary>
    public void Step() => _first ??= Stopwatch.GetElapsedTime(_start);

    /// <summary>The answer is there.</summary>
    public void End(Reply reply)
    {
        _ended = true;
        TimeSpan total = Stopwatch.GetElapsedTime(_start);
        TimeSpan first = _first ?? total;
        int tokens = reply.Tokens.Count;
        Durations(total, _tags);
        ServingTelemetry.TimeToFirstToken.Record(first.TotalSeconds, _tags);
        ServingTelemetry.Tokens.Add(tokens, _tags);
        if (tokens > 1)
        {
            ServingTelemetry.TimePerToken.Record((total - first).TotalSeconds / (tokens - 1), _tags);
        }

        ServingTelemetry.TokenUsage.Record(reply.Timings.ConversationTokens, With("gen_ai.token.type", "input"));
        ServingTelemetry.TokenUsage.Record(tokens, With("gen_ai.token.type", "output"));
        _span
            ?.SetTag("gen_ai.usage.input_tokens", reply.Timings.ConversationTokens)
            .SetTag("gen_ai.usage.cache_read.input_tokens", reply.Timings.CachedTokens)
            .SetTag("gen_ai.usage.output_tokens", tokens)
            .SetTag("gen_ai.response.finish_reasons", (string[])[reply.Complete ? "stop" : "length"])
            .SetTag("omg_llava.masks", reply.Segments.Count);
    }

    /// <summary>An answer that did not end was given up, or failed.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            const string Error = "interrupted";
            Durations(Stopwatch.GetElapsedTime(_start), With("error.type", Error));
            _span?.SetTag("error.type", Error).SetStatus(ActivityStatusCode.Error);
        }

        _span?.Dispose();
    }

    private static void Durations(TimeSpan total, TagList tags)
    {
        ServingTelemetry.ClientDuration.Record(total.TotalSeconds, tags);
        ServingTelemetry.ServerDuration.Record(total.TotalSeconds, tags);
    }

    private TagList With(string name, string value)
    {
        TagList tags = _tags;
        tags.Add(name, value);
        return tags;
    }
}
