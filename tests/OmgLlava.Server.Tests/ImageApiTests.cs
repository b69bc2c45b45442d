using System.Net;
using System.Text.Json;
using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Perception;

namespace OmgLlava.Tests.Server;

/// <summary>Pictures are taken in once and then give the masks that the library gives.</summary>
public class ImageApiTests(SharedServer shared)
{
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task A_picture_is_taken_in_by_every_way_and_has_one_id()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Model);
        using HttpResponseMessage first = await server.Client.PostAsync("/v1/images", RunningServer.Picture());
        JsonElement json = await RunningServer.ReadAsync(first);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(
            (150, 100, false),
            (json.GetProperty("width").GetInt32(), json.GetProperty("height").GetInt32(), json.GetProperty("cached").GetBoolean())
        );
        string id = json.GetProperty("id").GetString()!;
        using var form = new MultipartFormDataContent { { RunningServer.Picture(), "file", "a.png" } };
        using HttpResponseMessage second = await server.Client.PostAsync("/v1/images", form);
        (int status, JsonElement third) = await server.PostAsync("/v1/images", new { url = RunningServer.DataUri });
        Assert.Equal((HttpStatusCode.OK, 200), (second.StatusCode, status));
        Assert.Equal(id, (await RunningServer.ReadAsync(second)).GetProperty("id").GetString());
        Assert.Equal((id, true), (third.GetProperty("id").GetString(), third.GetProperty("cached").GetBoolean()));
        byte[] content = await server.Client.GetByteArrayAsync($"/v1/images/{id}/content");
        Assert.Equal(TinyModel.Picture.Pixels.ToArray(), ImageFile.Decode(content, "content").Pixels.ToArray());
        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync($"/v1/images/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync($"/v1/images/{id}")).StatusCode);
    }

    [Fact]
    public async Task Small_things_are_looked_at_again_unless_it_is_to_be_quick()
    {
        using var folder = new TemporaryFolder();
        using var tiny = new TinyModel();
        tiny.CopyTo(folder["close"]);
        string config = Path.Combine(folder["close"], "config.json");
        (OmgLlavaConfig.Load(config) with { CloseLook = 2 }).Save(config);
        using var model = OmgLlavaModel.Load(folder["close"]);
        await using RunningServer server = await RunningServer.StartAsync(model);
        string id = await server.UploadAsync();
        using PerceivedImage seen = model.Perceive(TinyModel.Picture);
        VisualPrompt box = VisualPrompt.Box(60, 30, 90, 55);
        float closely = model.Interactive(seen, [box], () => TinyModel.Picture)[0].Score;
        float once = model.Interactive(seen, [box])[0].Score;
        Assert.NotEqual(closely, once, 3);
        Assert.Equal(closely, await ScoreAsync(false), 4);
        Assert.Equal(once, await ScoreAsync(true), 4);

        async Task<float> ScoreAsync(bool quick)
        {
            (int status, JsonElement body) = await server.PostAsync(
                $"/v1/images/{id}/segment",
                new { prompts = new[] { PromptJson.Of(box) }, quick }
            );
            Assert.Equal(200, status);
            return body.GetProperty("segments")[0].GetProperty("score").GetSingle();
        }
    }

    [Theory, InlineData("rle"), InlineData("png"), InlineData("polygon"), InlineData("svg")]
    public async Task Points_boxes_and_masks_give_the_librarys_segments_in_every_format(string format)
    {
        string id = await _server.UploadAsync();
        var brush = new Mask(
            150,
            100,
            [.. Enumerable.Range(0, 15000).Select(i => i % 150 is > 20 and < 60 && i / 150 is > 30 and < 70)]
        );
        VisualPrompt[] prompts = [VisualPrompt.Point(20, 20), VisualPrompt.Box(10, 10, 90, 60), VisualPrompt.Region(brush)];
        using PerceivedImage seen = shared.Model.Perceive(TinyModel.Picture);
        IReadOnlyList<Segment> expected = shared.Model.Interactive(seen, prompts);
        (int status, JsonElement body) = await _server.PostAsync(
            $"/v1/images/{id}/segment",
            new { prompts = prompts.Select(prompt => PromptJson.Of(prompt)), mask_format = format }
        );
        Assert.Equal(200, status);
        Assert.Equal(3, body.GetProperty("segments").GetArrayLength());
        foreach ((JsonElement segment, Segment own) in body.GetProperty("segments").EnumerateArray().Zip(expected))
        {
            Assert.Equal(own.Score, segment.GetProperty("score").GetSingle(), 4);
            Assert.Equal(own.Mask!.Area, segment.GetProperty("area").GetInt64());
            MaskJson mask = segment.GetProperty("mask").Deserialize<MaskJson>(TestJson.Options)!;
            if (format is "svg" or "polygon")
            {
                Assert.Equal(MaskJson.Of(own.Mask, MaskFormat.Svg).Path, mask.Path ?? MaskJson.SvgPath(mask.Polygons!));
            }
            else
            {
                Assert.Equal(own.Mask.Pixels.ToArray(), mask.ToMask(150, 100).Pixels.ToArray());
            }
        }
    }

    [Fact]
    public async Task Everything_in_the_picture_is_what_the_library_finds()
    {
        string id = await _server.UploadAsync();
        using PerceivedImage seen = shared.Model.Perceive(TinyModel.Picture);
        SegmentationResult expected = shared.Model.Panoptic(seen, new SegmentationOptions { ObjectThreshold = 0 });
        (int status, JsonElement posted) = await _server.PostAsync($"/v1/images/{id}/panoptic", new { threshold = 0 });
        JsonElement got = JsonDocument
            .Parse(await _server.Client.GetStringAsync($"/v1/images/{id}/panoptic?threshold=0&kind=panoptic&mask_format=rle"))
            .RootElement;
        Assert.Equal(200, status);
        Assert.Equal(
            expected.Objects.Select(o => o.Mask.Area),
            posted.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("area").GetInt64())
        );
        Assert.Equal(posted.GetProperty("segments").ToString(), got.GetProperty("segments").ToString());
        (status, JsonElement instances) = await _server.PostAsync($"/v1/images/{id}/panoptic", new { kind = "instance" });
        IReadOnlyList<SegmentedObject> things = shared.Model.Instances(seen).Objects;
        Assert.NotEmpty(things);
        Assert.Equal(200, status);
        Assert.Equal(
            things.Select(o => o.Mask.Area),
            instances.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("area").GetInt64())
        );
    }

    [Fact]
    public async Task Two_servers_share_nothing()
    {
        await using RunningServer one = await RunningServer.StartAsync(shared.Model);
        await using RunningServer other = await RunningServer.StartAsync(shared.Model);
        string id = await one.UploadAsync();
        Assert.Equal(HttpStatusCode.OK, (await one.Client.GetAsync($"/v1/images/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Client.GetAsync($"/v1/images/{id}")).StatusCode);
    }

    [Fact]
    public async Task The_page_its_samples_and_the_models_are_there()
    {
        JsonElement model = JsonDocument.Parse(await _server.Client.GetStringAsync("/v1/models")).RootElement.GetProperty("data")[
            0
        ];
        Assert.Equal("golden", model.GetProperty("id").GetString());
        Assert.False(model.GetProperty("capabilities").GetProperty("negative_points").GetBoolean());
        Assert.Contains("<!doctype html>", await _server.Client.GetStringAsync("/"), StringComparison.OrdinalIgnoreCase);
        JsonElement samples = JsonDocument
            .Parse(await _server.Client.GetStringAsync("/v1/samples"))
            .RootElement.GetProperty("samples");
        Assert.NotEqual(0, samples.GetArrayLength());
        foreach (JsonElement sample in samples.EnumerateArray())
        {
            RgbImage picture = ImageFile.Decode(
                await _server.Client.GetByteArrayAsync(sample.GetProperty("url").GetString()),
                "sample"
            );
            Assert.Equal(
                (picture.Width, picture.Height),
                (sample.GetProperty("width").GetInt32(), sample.GetProperty("height").GetInt32())
            );
        }
    }
}
