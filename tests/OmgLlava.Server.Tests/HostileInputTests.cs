using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace OmgLlava.Tests.Server;

/// <summary>Whatever comes, the answer is a status and a sentence, and the server is well afterwards.</summary>
public class HostileInputTests(SharedServer shared)
{
    private readonly RunningServer _server = shared.Server;

    public static TheoryData<string, string, int, string> Bodies =>
        new()
        {
            {
                "segment",
                """{"prompts":[{"point":[900,20]}]}""",
                400,
                "The point (900, 20) lies outside the image of 150 x 100 pixels."
            },
            { "segment", """{"prompts":[{"point":[1e39,20]}]}""", 400, "lies outside the image" },
            { "segment", """{"prompts":[{"point":[1,2],"label":0}]}""", 400, "does not know negative points" },
            { "segment", """{"prompts":[{"point":[1,2],"box":[1,2,3,4]}]}""", 400, "exactly one of" },
            { "segment", """{"prompts":[{"box":[5,5,5,9]}]}""", 400, "is empty" },
            { "segment", """{"prompts":[null]}""", 400, "'prompts' holds a null" },
            { "segment", """{"prompts":[]}""", 400, "'prompts' is empty" },
            { "segment", """{}""", 400, "required" },
            { "segment", """{"prompts":[{"point":[1,2]}],"sorcery":1}""", 400, "Unknown field 'sorcery'" },
            { "segment", """{"prompts":[{"point":[1,2]}],"mask_format":"gold"}""", 400, "$.mask_format" },
            { "segment", """{"prompts":[{"mask":{"size":[100,150],"counts":"###"}}]}""", 400, "run-length" },
            { "segment", """{"prompts":[{"mask":{"size":[100000,150000],"counts":"0"}}]}""", 400, "must be the same size" },
            {
                "segment",
                """{"prompts":[{"mask":{"size":[100,150],"png":"data:image/png;base64,AAAA"}}]}""",
                400,
                "is not a PNG"
            },
            { "segment", "not json", 400, "not valid JSON (line 1" },
            { "segment", """{"prompts":[""", 400, "its end is missing" },
            { "responses", """{"input":5}""", 400, "'input' must be a text or a list of messages." },
            { "segment", """{"prompts":[],"prompts":[]}""", 400, "twice" },
            { "chat", """{"question":""}""", 400, "The question is empty." },
            { "chat", """{"question":"<mark>"}""", 400, "1 placeholder(s)" },
            { "chat", """{"question":"a","max_tokens":0}""", 400, "at least 1" },
            { "chat", """{"question":"a","temperature":-1}""", 400, "temperature" },
            { "chat", """{"task":"describe"}""", 400, "needs exactly one prompt" },
            { "chat", """{"task":"segment"}""", 400, "The expression is empty" },
            { "completions", """{"messages":[null]}""", 400, "'messages' holds a null" },
            { "completions", """{"messages":[{"role":"user","content":[null]}]}""", 400, "'content' holds a null" },
            { "completions", """{"messages":null}""", 400, "must not be null" },
            {
                "completions",
                """{"messages":[{"role":"tool","content":"a"},{"role":"user","content":[{"type":"image_url","image_url":{"url":"{picture}"}}]}]}""",
                400,
                "no role 'tool'"
            },
            {
                "completions",
                """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{picture}"}}]},{"role":"assistant","content":"a"}]}""",
                400,
                "must be the user's"
            },
            { "chat", """{"question":"a","history":[null]}""", 400, "'history' holds a null" },
            { "chat", """{"question":"a","history":[{"question":"b"}]}""", 400, "required" },
            { "chat", """{"question":"a","stop":[""]}""", 400, "stop text must not be empty" },
            { "completions", """{"messages":[]}""", 400, "'messages' is empty" },
            { "completions", """{"messages":[{"role":"user","content":""}]}""", 400, "The question is empty" },
            { "completions", """{"messages":[{"role":"user","content":"hello"}],"tools":[{}]}""", 400, "does not have tools" },
            {
                "completions",
                """{"messages":[{"role":"user","content":"hello"}],"frobnicate":1}""",
                400,
                "Unknown field 'frobnicate'"
            },
            {
                "completions",
                """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:text/html;base64,AAAA"}}]}]}""",
                400,
                "must be an image in base64"
            },
            {
                "completions",
                """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://127.0.0.1/a.png"}}]}]}""",
                400,
                "https of a host that this server allows"
            },
            {
                "completions",
                """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}]}""",
                400,
                "does not fetch pictures of 'example.org'"
            },
            {
                "completions",
                """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}]}""",
                400,
                "must be a data URI"
            },
            {
                "completions",
                """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"omg-image:img-0"}}]}]}""",
                404,
                "There is no picture 'img-0' here"
            },
            { "images", """{"url":"data:image/png;base64,!!!!"}""", 400, "is damaged" },
            { "completions", """{"messages":[{"role":"user","content":"a"}],"tool_choice":5}""", 400, "does not have tools" },
            { "completions", """{"messages":[{"role":"user","content":"a"}],"tool_choice":true}""", 400, "does not have tools" },
            { "completions", """{"messages":[{"role":"user","content":"a"}],"function_call":[1]}""", 400, "does not have tools" },
            {
                "completions",
                """{"messages":[{"role":"user","content":"a"}],"response_format":{"type":1}}""",
                400,
                "response_format"
            },
            {
                "completions",
                """{"messages":[{"role":"user","content":"a"}],"response_format":{"type":[]}}""",
                400,
                "response_format"
            },
        };

    [Theory, MemberData(nameof(Bodies))]
    public async Task A_bad_body_gets_its_status_and_one_sentence(string where, string body, int status, string reason)
    {
        using HttpResponseMessage response = await _server.Client.PostAsync(
            await PathAsync(where),
            new StringContent(
                body.Replace("{picture}", RunningServer.DataUri, StringComparison.Ordinal),
                Encoding.UTF8,
                "application/json"
            )
        );
        await AssertRefused(response, status, reason);
    }

    [Fact]
    public async Task Deep_json_is_refused()
    {
        string deep = new string('[', 10_000) + new string(']', 10_000);
        using HttpResponseMessage response = await _server.Client.PostAsync(
            "/v1/chat/completions",
            new StringContent($$"""{"messages":[],"metadata":{{deep}}}""", Encoding.UTF8, "application/json")
        );
        await AssertRefused(response, 400, "nested more than 32 deep");
    }

    [Fact]
    public async Task Ten_thousand_points_are_too_many()
    {
        string points = string.Join(',', Enumerable.Repeat("""{"point":[1,2]}""", 10_000));
        using HttpResponseMessage response = await _server.Client.PostAsync(
            await PathAsync("segment"),
            new StringContent($$"""{"prompts":[{{points}}]}""", Encoding.UTF8, "application/json")
        );
        await AssertRefused(response, 400, "There are 10000 prompts; this server takes 64");
    }

    [Fact]
    public async Task What_is_no_picture_or_too_large_a_one_is_refused_and_not_kept()
    {
        using HttpResponseMessage text = await _server.Client.PostAsync(
            "/v1/images",
            RunningServer.Bytes("hello"u8.ToArray(), "image/png")
        );
        await AssertRefused(text, 400, "is not a PNG, JPEG, WebP, BMP or GIF image");
        byte[] bomb = File.ReadAllBytes(TinyModel.PicturePath);
        byte[] header = [.. "IHDR"u8, 0, 0, 64, 0, 0, 0, 64, 0, 8, 2, 0, 0, 0]; // 16384 x 16384
        header.CopyTo(bomb, 12);
        BitConverter.GetBytes(BinaryPrimitivesReverse(Crc(header))).CopyTo(bomb, 29);
        using HttpResponseMessage large = await _server.Client.PostAsync("/v1/images", RunningServer.Bytes(bomb, "image/png"));
        await AssertRefused(large, 400, "is 16384 x 16384 pixels; the limit is 50 megapixels");
        using HttpResponseMessage wrong = await _server.Client.PostAsync(
            "/v1/images",
            RunningServer.Bytes([1, 2, 3], "text/plain")
        );
        await AssertRefused(wrong, 415, "does not take this content type");
    }

    [Fact]
    public async Task A_body_of_two_gigabytes_is_refused_by_its_head()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Address.Host, _server.Address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/images HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nContent-Type: image/png\r\nContent-Length: "
                    + $"2147483648\r\n\r\n"
            )
        );
        Assert.StartsWith("HTTP/1.1 413", await ReadLineAsync(stream), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_a_length_is_refused_when_it_grows_too_large()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { MaxBodyBytes = 100_000 }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images")
        {
            Content = RunningServer.Bytes(new byte[300_000], "image/png"),
        };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        await AssertRefused(response, 413, "larger than this server takes");
    }

    [Fact]
    public async Task Those_who_dawdle_are_cut_off()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { HeadersTimeout = TimeSpan.FromSeconds(1) }
        );
        foreach (
            string head in (string[])
                [
                    "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
                    "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\nabc",
                ]
        )
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Address.Host, server.Address.Port);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            string line = await ReadLineAsync(stream).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.True(line.Length == 0 || line.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), line);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health/ready")).StatusCode);
    }

    /// <summary>Bytes, and JSON that is nearly right, never lead to an error inside the server.</summary>
    [Fact]
    public async Task Nothing_random_breaks_the_server()
    {
        string[] paths = [await PathAsync("segment"), await PathAsync("chat"), "/v1/chat/completions", "/v1/images"];
        string[] seeds =
        [
            """{"prompts":[{"point":[1,2],"label":1},{"box":[1,2,30,40]},{"mask":{"size":[100,150],"counts":"abc"}}],"mask_format":"rle"}""",
            """{"question":"What is <mark>?","prompts":[{"point":[1,2],"name":"a"}],"history":[{"question":"a","answer":{"text":"b","grounding":[{"start":0,"end":1}]}}],"max_tokens":1}""",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}],"max_tokens":1,"stop":"a"}""",
        ];
        Gen<byte[]> mutated =
            from seed in Gen.Elements(seeds)
            from at in Gen.Choose(0, seed.Length - 1)
            from length in Gen.Choose(0, 8)
            from noise in Gen.Choose(32, 126).ArrayOf(3)
            select Encoding.UTF8.GetBytes(
                string.Concat(seed[..at], new string([.. noise.Select(n => (char)n)]), seed[Math.Min(seed.Length, at + length)..])
            );
        Gen<byte[]> random = Gen.Choose(0, 255).ArrayOf(40).Select(numbers => numbers.Select(n => (byte)n).ToArray());
        foreach (byte[] body in Gen.OneOf(mutated, mutated, mutated, random).Sample(60, 150))
        {
            foreach (string path in paths)
            {
                using HttpResponseMessage response = await _server.Client.PostAsync(
                    path,
                    RunningServer.Bytes(body, "application/json")
                );
                Assert.True(
                    (int)response.StatusCode < 500,
                    $"{path} {Encoding.UTF8.GetString(body)}: {(int)response.StatusCode}"
                );
            }
        }
    }

    private async Task<string> PathAsync(string where) =>
        where switch
        {
            "completions" => "/v1/chat/completions",
            "images" => "/v1/images",
            "responses" => "/v1/responses",
            _ => $"/v1/images/{await _server.UploadAsync()}/{where}",
        };

    private static async Task AssertRefused(HttpResponseMessage response, int status, string reason)
    {
        JsonElement error = (await RunningServer.ReadAsync(response)).GetProperty("error");
        string message = error.GetProperty("message").GetString()!;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain("OmgLlava.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        try
        {
            return await reader.ReadLineAsync() ?? "";
        }
        catch (IOException)
        {
            return ""; // cut off without a word
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static uint BinaryPrimitivesReverse(uint value) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
}
