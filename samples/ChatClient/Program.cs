// OMG-LLaVA as a chat client of Microsoft.Extensions.AI, with a cache and telemetry around it: the second time the same question
// is free. Usage: dotnet run --project samples/ChatClient -- MODEL-DIRECTORY PICTURE X Y
using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using OmgLlava;
using OmgLlava.Chat;

if (args is not [var model, var picture, var x, var y])
{
    Console.Error.WriteLine("Usage: dotnet run --project samples/ChatClient -- MODEL-DIRECTORY PICTURE X Y");
    return 2;
}

// What the telemetry middleware says; a product would hand it to OpenTelemetry.
using var listener = new ActivityListener
{
    ShouldListenTo = source => source.Name == "sample",
    Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
    ActivityStopped = activity =>
        Console.WriteLine(
            $"  [{activity.DisplayName}: {activity.Duration.TotalSeconds:F2} s, "
                + $"{activity.GetTagItem("gen_ai.usage.output_tokens")} tokens]"
        ),
};
ActivitySource.AddActivityListener(listener);

await using ServiceProvider services = new ServiceCollection()
    .AddOmgLlava(model)
    .AddDistributedMemoryCache()
    .BuildServiceProvider();
IChatClient client = services
    .GetRequiredService<OmgLlavaChatClient>()
    .AsBuilder()
    .UseDistributedCache(services.GetRequiredService<IDistributedCache>())
    .UseOpenTelemetry(sourceName: "sample")
    .Build();

ChatMessage question = new ChatMessage(
    ChatRole.User,
    [new TextContent("What is <mark>?"), await DataContent.LoadFromAsync(picture)]
).PointAt(VisualPrompt.Point(float.Parse(x), float.Parse(y)));
for (int time = 1; time <= 2; time++)
{
    ChatResponse answer = await client.GetResponseAsync([question], new ChatOptions { MaxOutputTokens = 64 });
    Console.WriteLine($"{time}: {answer.Text}");
    foreach (var phrase in answer.Messages[0].Grounding())
    {
        Console.WriteLine($"  '{phrase.Phrase}' at {phrase.Start}..{phrase.End}: {phrase.Area} pixels, score {phrase.Score:F2}");
    }
}

return 0;
