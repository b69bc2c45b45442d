using System.Text.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Server;

/// <summary>What X-AnyLabeling gets: shapes in its own words and units.</summary>
public class XAnyLabelingTests(SharedServer shared)
{
    private static readonly int[] Spot = [20, 20];
    private static readonly int[] Corners = [90, 60, 10, 10];

    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task XAnyLabeling_finds_the_model_and_draws_what_is_pointed_at()
    {
        JsonElement models = JsonDocument.Parse(await _server.Client.GetStringAsync("/x-anylabeling/v1/models")).RootElement;
        JsonElement model = models.GetProperty("data").GetProperty("golden");
        Assert.Contains(
            "button_add_point",
            model.GetProperty("widgets").EnumerateArray().Select(widget => widget.GetProperty("name").GetString())
        );
        using PerceivedImage seen = shared.Model.Perceive(TinyModel.Picture);
        Mask expected = shared.Model.Interactive(seen, [VisualPrompt.Point(20, 20)])[0].Mask!;
        JsonElement shapes = await PredictAsync(
            new
            {
                marks = new[]
                {
                    new
                    {
                        type = "point",
                        data = Spot,
                        label = 1,
                    },
                },
                epsilon_factor = 0,
            }
        );
        Assert.NotEqual(0, shapes.GetArrayLength());
        JsonElement[] rings = [.. shapes.EnumerateArray()];
        Assert.All(
            rings,
            ring =>
                Assert.Equal(
                    ring.GetProperty("points")[0].ToString(),
                    ring.GetProperty("points").EnumerateArray().Last().ToString()
                )
        );
        Mask drawn = Mask.FromPolygons(
            150,
            100,
            rings.Select(ring =>
                ring.GetProperty("points")
                    .EnumerateArray()
                    .SelectMany(point => point.EnumerateArray().Select(n => n.GetDouble()))
                    .ToArray()
            )
        );
        Assert.True(expected.IntersectionOverUnion(drawn) > 0.8);
        JsonElement coarse = await PredictAsync(
            new
            {
                marks = new[]
                {
                    new
                    {
                        type = "rectangle",
                        data = Corners,
                        label = 1,
                    },
                },
                epsilon_factor = 0.02,
                iou_threshold = 0.5,
                some_new_field = 1,
            }
        );
        Assert.True(coarse[0].GetProperty("points").GetArrayLength() >= 4);
    }

    [Fact]
    public async Task XAnyLabeling_finds_words_and_everything()
    {
        JsonElement words = await PredictAsync(new { text_prompt = "the cat, the cat" });
        Assert.All(
            words.EnumerateArray(),
            shape =>
                Assert.Equal(
                    ("the cat", "polygon"),
                    (shape.GetProperty("label").GetString(), shape.GetProperty("shape_type").GetString())
                )
        );
        JsonElement all = await PredictAsync(new { conf_threshold = 0.0001 });
        Assert.All(
            all.EnumerateArray(),
            shape => Assert.Contains(shape.GetProperty("label").GetString(), shared.Model.ClassNames)
        );
        (int status, JsonElement negative) = await _server.PostAsync(
            "/x-anylabeling/v1/predict",
            new
            {
                image = RunningServer.DataUri,
                @params = new
                {
                    marks = new[]
                    {
                        new
                        {
                            type = "point",
                            data = Spot,
                            label = 0,
                        },
                    },
                },
            }
        );
        Assert.Equal(
            (400, "negative_points_not_supported"),
            (status, negative.GetProperty("error").GetProperty("code").GetString())
        );
    }


    private async Task<JsonElement> PredictAsync(object parameters)
    {
        (int status, JsonElement body) = await _server.PostAsync(
            "/x-anylabeling/v1/predict",
            new
            {
                model = "golden",
                image = RunningServer.DataUri,
                @params = parameters,
            }
        );
        Assert.Equal((200, ""), (status, status == 200 ? "" : body.ToString()));
        return body.GetProperty("data").GetProperty("shapes");
    }
}
