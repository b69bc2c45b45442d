using System.Text.Json;
using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava.Tests;

public class ReplyJsonTests(TinyModel tiny)
{
    [Fact]
    public async Task An_answer_is_written_with_everything_that_programs_need()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        using ImageChat chat = tiny.Model.StartChat(image);
        Reply reply = await chat.AskAsync(TinyModel.MaskQuestion, options: new GenerationOptions { MaxNewTokens = 16 });
        JsonElement json = Parse(ReplyJson.Serialize(reply, tiny.Model, image.Geometry));
        Assert.Equal(reply.Text, json.GetProperty("text").GetString());
        Assert.Equal("golden", json.GetProperty("model").GetProperty("name").GetString());
        Assert.Equal(tiny.Model.WeightsHash, json.GetProperty("model").GetProperty("weights").GetString());
        Assert.Equal(150, json.GetProperty("image").GetProperty("width").GetInt32());
        Assert.True(json.GetProperty("timings").GetProperty("perception_seconds").GetDouble() > 0);
        Assert.Equal(2, json.GetProperty("grounding").GetArrayLength());
        foreach ((JsonElement entry, Segment segment) in json.GetProperty("grounding").EnumerateArray().Zip(reply.Segments))
        {
            Assert.True(entry.GetProperty("found").GetBoolean());
            Assert.Equal(segment.Mask!.Area, entry.GetProperty("area").GetInt64());
            PixelBox box = segment.Mask.Box!.Value;
            Assert.Equal(
                [box.X0, box.Y0, box.X1, box.Y1],
                entry.GetProperty("box").EnumerateArray().Select(number => number.GetSingle())
            );
            JsonElement rle = entry.GetProperty("mask");
            Assert.Equal([100, 150], rle.GetProperty("size").EnumerateArray().Select(number => number.GetInt32()));
            Assert.Equal(
                segment.Mask.Pixels.ToArray(),
                Mask.FromRle(CocoRle.Parse(150, 100, rle.GetProperty("counts").GetString()!)).Pixels.ToArray()
            );
        }
    }

    [Fact]
    public void What_is_not_there_is_said_to_be_missing()
    {
        var empty = new Reply("There is no Broken Clock here.", [], [1], true, new ReplyTimings(default, default, default, 1, 1));
        Reply reply = Questions.WithMissing(empty, " broken clock ");
        JsonElement entry = Parse(ReplyJson.Serialize(reply, tiny.Model, new ImageGeometry(4, 3, 64))).GetProperty("grounding")[
            0
        ];
        Assert.False(entry.GetProperty("found").GetBoolean());
        Assert.Equal("broken clock", entry.GetProperty("phrase").GetString());
        Assert.Equal((12, 24), (entry.GetProperty("start").GetInt32(), entry.GetProperty("end").GetInt32()));
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("mask").ValueKind);
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("box").ValueKind);
        Assert.Equal(
            (0, 0),
            (Questions.WithMissing(empty, "cat").Segments[0].Start, Questions.WithMissing(empty, "cat").Segments[0].End)
        );
        Assert.Throws<OmgLlavaException>(() => Questions.Segment(" "));
    }

    [Fact]
    public void Segments_are_written_with_their_classes()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        SegmentationResult result = tiny.Model.Instances(image);
        JsonElement json = Parse(ReplyJson.Serialize(result, tiny.Model));
        Assert.Equal(result.Objects.Count, json.GetProperty("segments").GetArrayLength());
        Assert.Equal(result.NameOf(result.Objects[0]), json.GetProperty("segments")[0].GetProperty("class").GetString());
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
