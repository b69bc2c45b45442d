using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OmgLlava.Server;

namespace OmgLlava.Fuzz.Targets;

/// <summary>Bodies of the server's routes, sent to a server in this process.</summary>
internal static class HttpTargets
{
    private static readonly string[] Chat =
    [
        """{"question":"What is <mark>?","prompts":[{"point":[30,40],"name":"a"}],"history":[{"question":"a","answer":{"text":"b","grounding":[{"start":0,"end":1}]}}],"max_tokens":1}""",
        """{"task":"segment","question":"the strawberry","max_tokens":2,"temperature":0.5,"top_p":0.9,"seed":7,"stop":["a"]}""",
    ];

    private static readonly string[] Completions =
    [
        """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"omg-image:ID"}}]}],"max_tokens":1,"stop":"a"}""",
        """{"messages":[{"role":"system","content":"b"},{"role":"user","content":"a"},{"role":"assistant","content":"c"},{"role":"user","content":"d"}],"max_completion_tokens":1,"n":1,"response_format":{"type":"text"},"stream":false}""",
    ];

    private static readonly string[] Segment =
    [
        """{"prompts":[{"point":[1,2],"label":1},{"box":[1,2,30,40]},{"mask":{"size":[256,256],"counts":"abc"}}],"mask_format":"rle"}""",
    ];

    public static FuzzTarget Bodies => new("http", 4, Open);

    private static FuzzSubject Open()
    {
        string root = Path.Combine(RepositoryFolder.Tests, "..");
        var model = OmgLlavaModel.Load(Path.Combine(root, "models", "nano-drawn"));
        WebApplication app = OmgLlavaServer.Create(
            model,
            new ServerOptions { Port = 0 },
            builder => builder.Logging.ClearProviders()
        );
        app.StartAsync().GetAwaiter().GetResult();
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        byte[] picture = File.ReadAllBytes(Path.Combine(root, "samples", "scenes", "images", "000006.png"));
        string id = Upload(client, picture);
        (string Route, string[] Bodies)[] routes =
        [
            ($"/v1/images/{id}/chat", Chat),
            ("/v1/chat/completions", Completions),
            ($"/v1/images/{id}/segment", Segment),
        ];
        // The first byte chooses the route, so that one input says all.
        byte[][] seeds =
        [
            .. routes.SelectMany(
                (route, index) =>
                    route.Bodies.Select(body =>
                        (byte[])[(byte)index, .. Encoding.UTF8.GetBytes(body.Replace("ID", id, StringComparison.Ordinal))]
                    )
            ),
            [(byte)routes.Length, .. picture],
        ];
        return new FuzzSubject(
            seeds,
            PictureTargets.Words(
                "null true {} [] -1 1e39 \"\" question prompts history task stream tools tool_choice response_format n stop "
                    + "temperature top_p logprobs user assistant"
            ),
            bytes =>
            {
                int route = bytes.Length == 0 ? 0 : bytes[0] % (routes.Length + 1);
                using var content = new ByteArrayContent(bytes.Length == 0 ? [] : bytes[1..]);
                content.Headers.ContentType = new(route == routes.Length ? "image/png" : "application/json");
                using HttpResponseMessage response = client
                    .PostAsync(route == routes.Length ? "/v1/images" : routes[route].Route, content)
                    .GetAwaiter()
                    .GetResult();
                string text = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
                if (response.StatusCode >= HttpStatusCode.InternalServerError)
                {
                    throw new InvalidOperationException($"{(int)response.StatusCode}: {text}");
                }
            }
        );
    }

    private static string Upload(HttpClient client, byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new("image/png");
        using HttpResponseMessage response = client.PostAsync("/v1/images", content).GetAwaiter().GetResult();
        using var document = System.Text.Json.JsonDocument.Parse(response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
        return document.RootElement.GetProperty("id").GetString()!;
    }
}
