using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Imaging;

namespace OmgLlava.ServerBench;

/// <summary>The requests of the load, each asked alone first.</summary>
internal sealed class Workload
{
    private const string Json = "application/json";

    private readonly Dictionary<RequestKind, List<WorkItem>> _items = Enum.GetValues<RequestKind>()
        .ToDictionary(kind => kind, _ => new List<WorkItem>());

    /// <summary>A request of a kind; any of those that there are.</summary>
    public WorkItem Pick(RequestKind kind, Random random) => _items[kind][random.Next(_items[kind].Count)];

    public static async Task<Workload> PrepareAsync(HttpClient client, int maxTokens, CancellationToken cancellation)
    {
        var load = new Workload();
        var pictures = new List<byte[]>();
        foreach (
            JsonNode? sample in JsonNode.Parse(await client.GetStringAsync("/v1/samples", cancellation))!["samples"]!.AsArray()
        )
        {
            pictures.Add(await client.GetByteArrayAsync((string)sample!["url"]!, cancellation));
        }

        pictures.AddRange(Enumerable.Range(0, 5).Select(Shapes));
        foreach ((int index, byte[] picture) in pictures.Index())
        {
            JsonNode uploaded = JsonNode.Parse(
                await load.AddAsync(client, RequestKind.Upload, "/v1/images", picture, "image/png", cancellation)
            )!;
            string path = $"/v1/images/{uploaded["id"]}";
            (int width, int height) = ((int)uploaded["width"]!, (int)uploaded["height"]!);
            for (int i = 0; i < 4; i++)
            {
                float x = width * (0.2f + (0.2f * i));
                float y = height * (0.3f + (0.13f * ((index + i) % 4)));
                await load.AddAsync(
                    client,
                    RequestKind.Segment,
                    $"{path}/segment",
                    new { prompts = new[] { new { point = new[] { x, y } } } },
                    cancellation
                );
            }

            await load.AddAsync(
                client,
                RequestKind.Panoptic,
                $"{path}/panoptic",
                new { kind = "instance", threshold = 0.05 },
                cancellation
            );
            foreach (
                string question in (string[])
                    ["What is in this picture?", "Please segment the circle in this image.", "Describe it."]
            )
            {
                string answer = await load.AddAsync(
                    client,
                    RequestKind.Chat,
                    $"{path}/chat",
                    new
                    {
                        question,
                        max_tokens = maxTokens,
                        stream = true,
                    },
                    cancellation
                );
                load._items[RequestKind.Cancel].Add(load._items[RequestKind.Chat][^1] with { Kind = RequestKind.Cancel });
                JsonNode said = JsonNode.Parse(answer)!;
                var turn = new { question, answer = new { text = (string)said["text"]!, grounding = said["grounding"] } };
                await load.AddAsync(
                    client,
                    RequestKind.FollowUp,
                    $"{path}/chat",
                    new
                    {
                        question = "And what else?",
                        history = new[] { turn },
                        max_tokens = maxTokens,
                        stream = true,
                    },
                    cancellation
                );
            }
        }

        return load;
    }

    /// <summary>What of an answer must be the same, however busy the server is.</summary>
    public static string Essence(RequestKind kind, string answer)
    {
        JsonNode json = JsonNode.Parse(kind is RequestKind.Chat or RequestKind.FollowUp ? LastEvent(answer) : answer)!;
        JsonNode? essence = kind switch
        {
            RequestKind.Upload => json["id"],
            RequestKind.Segment or RequestKind.Panoptic => json["segments"],
            // Read again in one go, a conversation's scores may differ in the last digit; its words and its pixels may not.
            _ => new JsonArray([
                json["text"]!.DeepClone(),
                .. json["grounding"]!.AsArray().Select(entry => entry!["mask"]?.DeepClone()),
            ]),
        };
        return essence!.ToJsonString();
    }

    private static string LastEvent(string stream) =>
        stream[(stream.LastIndexOf("data: ", StringComparison.Ordinal) + "data: ".Length)..].TrimEnd();

    private Task<string> AddAsync(
        HttpClient client,
        RequestKind kind,
        string path,
        object body,
        CancellationToken cancellation
    ) => AddAsync(client, kind, path, JsonSerializer.SerializeToUtf8Bytes(body), Json, cancellation);

    private async Task<string> AddAsync(
        HttpClient client,
        RequestKind kind,
        string path,
        byte[] body,
        string type,
        CancellationToken cancellation
    )
    {
        using var content = new ByteArrayContent(body) { Headers = { { "Content-Type", type } } };
        using HttpResponseMessage response = await client.PostAsync(path, content, cancellation);
        string answer = await response.Content.ReadAsStringAsync(cancellation);
        response.EnsureSuccessStatusCode();
        _items[kind].Add(new WorkItem(kind, path, body, type, Essence(kind, answer)));
        return kind is RequestKind.Chat or RequestKind.FollowUp ? LastEvent(answer) : answer;
    }

    private static byte[] Shapes(int seed)
    {
        const int Width = 320;
        const int Height = 240;
        var random = new Random(seed);
        byte[] pixels = new byte[Width * Height * 3];
        Array.Fill(pixels, (byte)(200 + (8 * seed)));
        for (int shape = 0; shape < 4; shape++)
        {
            (int cx, int cy, int radius) = (random.Next(Width), random.Next(Height), random.Next(20, 60));
            byte[] color = new byte[3];
            random.NextBytes(color);
            for (int i = 0; i < Width * Height; i++)
            {
                (int dx, int dy) = ((i % Width) - cx, (i / Width) - cy);
                if (shape % 2 == 0 ? (dx * dx) + (dy * dy) < radius * radius : Math.Abs(dx) < radius && Math.Abs(dy) < radius)
                {
                    color.CopyTo(pixels, 3 * i);
                }
            }
        }

        return ImageFile.EncodePng(new RgbImage(Width, Height, pixels));
    }
}
