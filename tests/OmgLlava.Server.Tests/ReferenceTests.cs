using System.Diagnostics.Metrics;
using System.Text.Json;
using OmgLlava.Serving;
using PublicApiGenerator;

namespace OmgLlava.Tests.Server;

/// <summary>What is written down about the API is what there is.</summary>
public class ReferenceTests(SharedServer shared)
{
    [Fact]
    public async Task The_OpenAPI_document_names_every_path_and_shape()
    {
        JsonElement document = JsonDocument.Parse(await shared.Server.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        string guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api.md"));
        string[] paths = [.. document.GetProperty("paths").EnumerateObject().Select(path => path.Name)];
        Assert.Contains("/v1/chat/completions", paths);
        Assert.Contains("/v1/images/{id}/segment", paths);
        Assert.All(paths, path => Assert.Contains(path, guide, StringComparison.Ordinal));
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.GetProperty("AnswerJson").GetProperty("properties").TryGetProperty("grounding", out _));
        Assert.True(schemas.GetProperty("ChatRequest").GetProperty("properties").TryGetProperty("max_tokens", out _));
        Assert.Contains("docs.js", await shared.Server.Client.GetStringAsync("/docs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_measured()
    {
        var seen = new HashSet<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == ServingTelemetry.Name)
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        listener.Start();
        await using RunningServer server = await RunningServer.StartAsync(shared.Model);
        string id = await server.UploadAsync();
        await server.PostAsync($"/v1/images/{id}/chat", new { question = "What is it?", max_tokens = 4 });
        listener.RecordObservableInstruments();
        string[] expected =
        [
            "gen_ai.client.operation.duration",
            "gen_ai.client.token.usage",
            "gen_ai.server.request.duration",
            "gen_ai.server.time_to_first_token",
            "gen_ai.server.time_per_output_token",
            "omg_llava.tokens",
            "omg_llava.perception.duration",
            "omg_llava.pictures",
            "omg_llava.queue.length",
            "omg_llava.cache.perception",
            "omg_llava.cache.chats",
            "process.memory.usage",
        ];
        Assert.Equal(expected.Order(), seen.Order());

        void Add(Instrument instrument, double value)
        {
            lock (seen)
            {
                Assert.True(value >= 0);
                seen.Add(instrument.Name);
            }
        }
    }

    /// <summary>To accept a change: OMG_ACCEPT_API=1 dotnet test --project tests/OmgLlava.Server.Tests</summary>
    [Fact]
    public void The_public_surface_is_the_one_that_was_agreed_on()
    {
        string path = Path.Combine(Repository.Tests, "OmgLlava.Server.Tests", "PublicApi.txt");
        string actual = typeof(OmgLlavaServer)
            .Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("OMG_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
