using System.Text;
using System.Text.Json;
using OmgLlava.Imaging;
using OmgLlava.Server.Annotation;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Tests.Server;

/// <summary>What Label Studio gets: regions in its own words and units.</summary>
public class LabelStudioTests(SharedServer shared)
{
    private const string Config =
        """<View><Image name="img" value="$photo"/><BrushLabels name="tag" toName="img"><Label value="cat"/><Label value="Person"/></BrushLabels><KeyPointLabels name="kp" toName="img" smart="true"><Label value="cat"/></KeyPointLabels></View>""";

    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task Label_Studios_smart_keypoint_becomes_a_brush()
    {
        (int status, JsonElement setup) = await _server.PostAsync(
            "/label-studio/setup",
            new
            {
                project = "1",
                schema = Config,
                hostname = "http://localhost:8081",
                access_token = "t",
            }
        );
        Assert.Equal((200, $"golden-{shared.Model.WeightsHash}"), (status, setup.GetProperty("model_version").GetString()));
        Assert.Equal(
            "UP",
            JsonDocument
                .Parse(await _server.Client.GetStringAsync("/label-studio/health"))
                .RootElement.GetProperty("status")
                .GetString()
        );
        using PerceivedImage seen = shared.Model.Perceive(TinyModel.Picture);
        Mask expected = shared.Model.Interactive(seen, [VisualPrompt.Point(30, 20)])[0].Mask!;
        JsonElement region = await SmartAsync(
            Config,
            """{"type":"keypointlabels","value":{"x":20,"y":20,"width":0.3,"keypointlabels":["cat"]},"original_width":150,"original_height":100,"is_positive":1,"from_name":"kp","to_name":"img"}"""
        );
        Assert.Equal(
            ("brushlabels", "tag", "img", 150, 100),
            (
                region.GetProperty("type").GetString(),
                region.GetProperty("from_name").GetString(),
                region.GetProperty("to_name").GetString(),
                region.GetProperty("original_width").GetInt32(),
                region.GetProperty("original_height").GetInt32()
            )
        );
        JsonElement value = region.GetProperty("value");
        Assert.Equal(("rle", "cat"), (value.GetProperty("format").GetString(), value.GetProperty("brushlabels")[0].GetString()));
        byte[] channels = Decode([.. value.GetProperty("rle").EnumerateArray().Select(number => number.GetByte())]);
        Assert.Equal(expected.Pixels.ToArray(), channels.Where((_, i) => i % 4 == 3).Select(alpha => alpha == 255));
    }

    [Theory, InlineData("PolygonLabels"), InlineData("RectangleLabels")]
    public async Task Label_Studios_smart_rectangle_becomes_what_the_project_takes(string kind)
    {
        string config = Config.Replace("BrushLabels", kind, StringComparison.Ordinal);
        JsonElement region = await SmartAsync(
            config,
            """{"type":"rectanglelabels","value":{"x":10,"y":10,"width":50,"height":50,"rotation":0,"rectanglelabels":["Person"]}}"""
        );
        Assert.Equal(kind.ToLowerInvariant(), region.GetProperty("type").GetString());
        JsonElement value = region.GetProperty("value");
        Assert.Equal("Person", value.GetProperty(kind.ToLowerInvariant())[0].GetString());
        double[] percents =
            kind == "PolygonLabels"
                ?
                [
                    .. value
                        .GetProperty("points")
                        .EnumerateArray()
                        .SelectMany(point => point.EnumerateArray())
                        .Select(n => n.GetDouble()),
                ]
                : [.. ((string[])["x", "y", "width", "height"]).Select(name => value.GetProperty(name).GetDouble())];
        Assert.All(percents, percent => Assert.InRange(percent, 0, 100));
    }

    [Fact]
    public async Task Label_Studio_gets_everything_of_a_task_that_has_its_labels()
    {
        (int status, JsonElement body) = await _server.PostAsync(
            "/label-studio/predict",
            new
            {
                tasks = new[] { new { id = 1, data = new { photo = RunningServer.DataUri } } },
                label_config = Config,
                project = "1",
            }
        );
        Assert.Equal((200, 1), (status, body.GetProperty("results").GetArrayLength()));
        Assert.All(
            body.GetProperty("results")[0].GetProperty("result").EnumerateArray(),
            region =>
                Assert.Contains(
                    region.GetProperty("value").GetProperty("brushlabels")[0].GetString(),
                    (string[])["cat", "Person"]
                )
        );
    }

    [Theory]
    [InlineData("<View/>", "has no <Image>")]
    [InlineData("<View><Image name='img' value='$photo'/></View>", "results have no place")]
    [InlineData("not xml", "must be XML")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><View>&b;</View>", "must be XML")]
    public async Task A_project_that_cannot_be_labelled_is_refused(string config, string reason)
    {
        (int status, JsonElement body) = await _server.PostAsync(
            "/label-studio/predict",
            new { tasks = Array.Empty<object>(), label_config = config }
        );
        Assert.Equal(400, status);
        Assert.Contains(reason, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_of_Label_Studio_are_fetched_from_it_alone_and_with_its_key()
    {
        byte[] picture = await File.ReadAllBytesAsync(TinyModel.PicturePath);
        var asked = new List<(Uri? Address, string? Key)>();
        var options = new ServerOptions { LabelStudioUrl = new Uri("http://127.0.0.1:8081"), LabelStudioKey = "secret" };
        using var remote = new RemotePictures(options, new StubNames([]));
        using var handler = new RecordingHandler(request =>
        {
            asked.Add(
                (
                    request.RequestUri,
                    request.Headers.TryGetValues("Authorization", out IEnumerable<string>? keys) ? keys.Single() : null
                )
            );
            return new HttpResponseMessage { Content = new ByteArrayContent(picture) };
        });
        using var pictures = new LabelStudioPictures(options, new PictureSource(options, remote), handler);
        Assert.Equal(picture, await pictures.ReadAsync(Task("/data/upload/1/a.png"), "photo", CancellationToken.None));
        Assert.Equal(
            picture,
            await pictures.ReadAsync(Task("http://127.0.0.1:8081/data/upload/1/a.png"), "photo", CancellationToken.None)
        );
        foreach (
            string elsewhere in (string[])
                [
                    "http://127.0.0.1:8082/a.png",
                    "//evil.example/a.png",
                    "http://127.0.0.1:8081@evil.example/a.png",
                    "file:///etc/passwd",
                ]
        )
        {
            await Assert.ThrowsAsync<ApiException>(() => pictures.ReadAsync(Task(elsewhere), "photo", CancellationToken.None));
        }

        Assert.Equal(
            Enumerable.Repeat(((Uri?)new Uri("http://127.0.0.1:8081/data/upload/1/a.png"), (string?)"Token secret"), 2),
            asked
        );

        static LabelStudioTask Task(string url) =>
            new(new Dictionary<string, JsonElement> { ["photo"] = JsonSerializer.SerializeToElement(url) });
    }

    /// <summary>The numbers are computed by hand as Label Studio's converter (label_studio_sdk.converter.brush) lays them out;
    /// its own code was not run.</summary>
    [Fact]
    public void The_run_lengths_are_Label_Studios_to_the_byte()
    {
        bool[] pixels = [.. "011000111000001".Select(c => c == '1')];
        Assert.Equal(
            [0, 0, 0, 60, 57, 27, 252, 96, 19, 255, 219, 0, 183, 255, 132, 192, 35, 255, 0],
            BrushRle.Encode(new Mask(5, 3, pixels))
        );
        foreach ((int width, int height, int seed) in new[] { (1, 1, 0), (300, 300, 1), (97, 61, 2) })
        {
            var random = new Random(seed);
            bool inside = false;
            bool[] drawn =
            [
                .. Enumerable.Range(0, width * height).Select(_ => inside = random.Next(200) == 0 ? !inside : inside),
            ];
            Assert.Equal(
                drawn.SelectMany(pixel => Enumerable.Repeat(pixel ? (byte)255 : (byte)0, 4)),
                Decode([.. BrushRle.Encode(new Mask(width, height, drawn)).Select(number => (byte)number)])
            );
        }
    }

    private async Task<JsonElement> SmartAsync(string config, string region)
    {
        string body =
            $$$"""{"tasks":[{"id":1,"data":{"photo":"{{{RunningServer.DataUri}}}"}}],"label_config":{{{JsonSerializer.Serialize(config)}}},"params":{"login":null,"password":null,"context":{"result":[{{{region}}}]} } }""";
        using HttpResponseMessage response = await _server.Client.PostAsync(
            "/label-studio/predict",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        JsonElement json = await RunningServer.ReadAsync(response);
        Assert.True(response.IsSuccessStatusCode, json.ToString());
        return json.GetProperty("results")[0].GetProperty("result")[0];
    }

    /// <summary>thi.ng's rle-pack, as Label Studio reads it.</summary>
    private static byte[] Decode(byte[] packed)
    {
        int at = 0;
        byte[] values = new byte[Read(32)];
        int size = Read(5) + 1;
        int[] lengths = [Read(4) + 1, Read(4) + 1, Read(4) + 1, Read(4) + 1];
        for (int i = 0; i < values.Length;)
        {
            bool run = Read(1) == 1;
            int end = i + 1 + Read(lengths[Read(2)]);
            if (run)
            {
                byte value = (byte)Read(size);
                Array.Fill(values, value, i, end - i);
                i = end;
            }
            else
            {
                for (; i < end; i++)
                {
                    values[i] = (byte)Read(size);
                }
            }
        }

        return values;

        int Read(int bits)
        {
            int number = 0;
            for (int i = 0; i < bits; i++, at++)
            {
                number = (number << 1) | ((packed[at / 8] >> (7 - (at % 8))) & 1);
            }

            return number;
        }
    }

    private sealed class RecordingHandler(Func<HttpRequestMessage, HttpResponseMessage> respond) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            System.Threading.Tasks.Task.FromResult(respond(request));
    }
}
