using System.Text;
using OmgLlava.Imaging;
using OmgLlava.Serving;

namespace OmgLlava.Tests.Server;

/// <summary>
/// Thousands of requests that are nearly right, from seeds: none may break the server, and its memory stays as it was. Slow:
/// <c>dotnet run --project tests/OmgLlava.Server.Tests -c Release -- -explicit only -class '*MutationTests*'</c>
/// </summary>
public class MutationTests(SharedServer shared)
{
    /// <summary>Little is kept of pictures and chats, so that what requests leave behind is seen.</summary>
    private static readonly ServingOptions Little = new()
    {
        PerceptionBytes = 4 << 20,
        PictureBytes = 1 << 20,
        ChatBytes = 1 << 20,
    };

    [Fact(Explicit = true), Trait("Category", "Slow")]
    public async Task Twenty_thousand_mutated_bodies_break_nothing()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions
            {
                MaxTokens = 4,
                LabelStudioUrl = null,
                Serving = Little,
            }
        );
        string id = await server.UploadAsync();
        (string Path, string Body)[] seeds =
        [
            (
                $"/v1/images/{id}/segment",
                """{"prompts":[{"point":[1,2],"label":1},{"box":[1,2,30,40]},{"mask":{"size":[100,150],"counts":"abc"}}],"mask_format":"rle"}"""
            ),
            ($"/v1/images/{id}/panoptic", """{"kind":"instance","threshold":0.5,"mask_format":"polygon"}"""),
            (
                $"/v1/images/{id}/chat",
                """{"question":"What is <mark>?","prompts":[{"point":[1,2],"name":"a"}],"history":[{"task":"ground","answer":{"text":"b","grounding":[{"start":0,"end":1}]}}],"max_tokens":1,"top_k":3,"min_p":0.1}"""
            ),
            (
                "/v1/chat/completions",
                $$"""{"messages":[{"role":"system","content":"x"},{"role":"user","content":[{"type":"text","text":"Segment a"},{"type":"image_url","image_url":"omg-image:{{id}}"}],"prompts":[{"point":[1,2]}]},{"role":"assistant","content":null,"grounding":[]},{"role":"user","content":"b"}],"max_tokens":1,"n":2,"stop":["a"],"logprobs":true,"top_logprobs":2,"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{"a":{"enum":[1,"b"]},"c":{"$ref":"#/properties/a"} },"required":["a"]} } },"stream":false}"""
            ),
            (
                "/v1/responses",
                $$"""{"input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"omg-image:{{id}}"}]},{"type":"reasoning"}],"max_output_tokens":1,"text":{"format":{"type":"json_object"} },"metadata":{"a":"b"},"store":false,"tool_choice":"none"}"""
            ),
            (
                "/x-anylabeling/v1/predict",
                $$"""{"model":"a","image":"{{RunningServer.DataUri}}","params":{"marks":[{"type":"point","data":[1,2],"label":1}],"conf_threshold":0.5,"epsilon_factor":0.001} }"""
            ),
            (
                "/label-studio/predict",
                $$"""{"tasks":[{"id":1,"data":{"image":"{{RunningServer.DataUri}}"} }],"label_config":"<View><Image name='i' value='$image'/><BrushLabels name='b' toName='i'><Label value='cat'/></BrushLabels></View>","params":{"context":{"result":[{"type":"keypointlabels","value":{"x":10,"y":10,"keypointlabels":["cat"]} }]} } }"""
            ),
            (
                "/mcp",
                """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ground","arguments":{"image":"data:image/png;base64,AA=="}}}"""
            ),
            ("/v1/images", """{"url":"data:image/png;base64,AA=="}"""),
        ];
        await SendAsync(
            server,
            warmUp: 20_000, // until the runtime has compiled what they reach, which takes memory too
            20_000,
            random =>
            {
                (string path, string body) = seeds[random.Next(seeds.Length)];
                return (path, "application/json", Encoding.UTF8.GetBytes(Mutate(body, random)));
            }
        );
    }

    [Fact(Explicit = true), Trait("Category", "Slow")]
    public async Task Five_thousand_mutated_pictures_break_nothing()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { Serving = Little }
        );
        byte[] pixels = new byte[3 * 60 * 40];
        new Random(1).NextBytes(pixels);
        var image = new RgbImage(60, 40, pixels);
        byte[][] seeds =
        [
            .. (
                (SkiaSharp.SKEncodedImageFormat[])
                    [SkiaSharp.SKEncodedImageFormat.Png, SkiaSharp.SKEncodedImageFormat.Jpeg, SkiaSharp.SKEncodedImageFormat.Webp]
            ).Select(format => Encode(image, format)),
        ];
        await SendAsync(
            server,
            warmUp: 2_000,
            5_000,
            random =>
            {
                byte[] picture = [.. seeds[random.Next(seeds.Length)]];
                for (int i = random.Next(1, 6); i > 0; i--)
                {
                    picture[random.Next(random.Next(2) == 0 ? Math.Min(64, picture.Length) : picture.Length)] = (byte)
                        random.Next(256);
                }

                return ("/v1/images", "image/png", random.Next(8) == 0 ? picture[..random.Next(picture.Length)] : picture);
            }
        );
    }

    private static async Task SendAsync(
        RunningServer server,
        int warmUp,
        int count,
        Func<Random, (string Path, string Type, byte[] Body)> make
    )
    {
        var random = new Random(24);
        long before = 0;
        for (int i = 0; i < count + warmUp; i++)
        {
            if (i == warmUp)
            {
                before = Memory(server);
            }

            (string path, string type, byte[] body) = make(random);
            using HttpResponseMessage response = await server.Client.PostAsync(path, RunningServer.Bytes(body, type));
            Assert.True(
                (int)response.StatusCode < 500,
                $"{i}: {path} {Encoding.UTF8.GetString(body)}: {(int)response.StatusCode} "
                    + $"{await response.Content.ReadAsStringAsync()}"
            );
        }

        long after = Memory(server);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"memory {before >> 20} MB before, {after >> 20} MB after {count} requests"
        );
        Assert.True(after < before * 1.05, $"memory grew from {before >> 20} to {after >> 20} MB");
    }

    /// <summary>Resident memory, after what is garbage has gone.</summary>
    private static long Memory(RunningServer server)
    {
        Assert.Equal(0, server.Admission.Inside);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return Environment.WorkingSet;
    }

    private static string Mutate(string text, Random random)
    {
        string[] pieces =
        [
            "null",
            "-1",
            "0",
            "1e400",
            "\"\"",
            "[]",
            "{}",
            "true",
            "99999999999999999999",
            "\"\\ud800\"",
            "\u0000",
            "[[[[",
            ",",
            ":",
            "\"",
            "0.5",
            "-0",
            "\"a\":",
            "\\",
            "딸",
        ];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(text.Length);
            int length = random.Next(0, 12);
            string put = random.Next(3) switch
            {
                0 => pieces[random.Next(pieces.Length)],
                1 => new string([.. Enumerable.Range(0, random.Next(4)).Select(_ => (char)random.Next(32, 127))]),
                _ => text.Substring(random.Next(text.Length / 2), Math.Min(random.Next(16), text.Length / 2)),
            };
            text = string.Concat(text.AsSpan(0, at), put, text.AsSpan(Math.Min(text.Length, at + length)));
        }

        return text;
    }

    private static byte[] Encode(RgbImage image, SkiaSharp.SKEncodedImageFormat format)
    {
        using SkiaSharp.SKBitmap bitmap = SkiaSharp.SKBitmap.Decode(ImageFile.EncodePng(image));
        using SkiaSharp.SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
