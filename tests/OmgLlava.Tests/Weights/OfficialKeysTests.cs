using System.Globalization;
using OmgLlava.Conversion;
using OmgLlava.Formats;
using OmgLlava.Language;
using OmgLlava.Perception;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Weights;

/// <summary>The full-size model, built without data, against every key and shape of the published files.</summary>
public class OfficialKeysTests
{
    private const string SpecificTuning = "omg_llava_finetune_specific";

    private static readonly (string File, string Key, long[] Shape)[] Official =
    [
        .. File.ReadLines(Path.Combine(Repository.Tests, "official_keys.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Select(cells => (cells[0], cells[1], Shape(cells[2]))),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_official_tensor_has_its_place_and_every_place_its_tensor(bool separateMaskDecoder)
    {
        ModelPreset preset = ModelPreset.Find("omg-llava-7b");
        OmgLlavaConfig config = preset.Config with
        {
            Lora = new LoraConfig(),
            Alignment = preset.Config.Alignment with { SeparateMaskDecoder = separateMaskDecoder },
        };
        var model = ModelTensors.Describe(config).ToDictionary(info => info.Name);
        Dictionary<string, TensorInfo> official = Placed(separateMaskDecoder);
        TensorAccount account = TensorAccount.Of(model.Values, official);
        Assert.True(account.IsBalanced, string.Join("; ", account.Missing.Concat(account.Unexpected).Concat(account.Misshapen)));
        Assert.Equal(model.Count, official.Count);
    }

    [Fact]
    public void Nothing_but_known_leftovers_goes_without_a_place()
    {
        string[] without = [.. Official.Where(row => Ours(row.File, row.Key) is null).Select(row => row.Key)];
        Assert.All(without, key => Assert.True(PublishedNames.IsLeftover(key), key));
    }

    [Fact]
    public void The_shape_of_the_full_size_model_can_be_read_off_the_official_tensors()
    {
        Dictionary<string, TensorInfo> tensors = Placed(separateMaskDecoder: false);
        OmgLlavaConfig config = PublishedShape.Infer(tensors, new LanguageConfig(), null);
        OmgLlavaConfig expected = ModelPreset.Find("omg-llava-7b").Config with { Lora = new LoraConfig() };
        Assert.Equal(Json(expected), Json(config));

        static string Json(OmgLlavaConfig value) =>
            System.Text.Json.JsonSerializer.Serialize(value, OmgLlavaConfig.Json.Of<OmgLlavaConfig>());
    }

    [Fact]
    public void Older_peft_names_are_read_like_newer_ones()
    {
        const string Newer = "llm.base_model.model.output.base_layer.weight";
        Assert.Equal(PublishedNames.Alignment(Newer), PublishedNames.Alignment("llm.base_model.model.output.weight"));
        Assert.Equal("language.head.weight", PublishedNames.Alignment(Newer));
    }

    /// <summary>The official tensors by our names; as in a conversion, fine-tuned ones replace those of the base.</summary>
    private static Dictionary<string, TensorInfo> Placed(bool separateMaskDecoder)
    {
        var placed = new Dictionary<string, TensorInfo>();
        foreach (
            (string file, string key, long[] shape) in Official.Where(row => separateMaskDecoder || row.File != SpecificTuning)
        )
        {
            if (Ours(file, key) is { } ours)
            {
                placed[ours] = new TensorInfo(ours, ElementType.Float32, shape);
            }
        }

        return placed;
    }

    private static string? Ours(string file, string key) =>
        file switch
        {
            "omg_seg" => PublishedNames.Perception(key),
            "ov_class_embed" => "perception.class_embeddings",
            "internlm2" => PublishedNames.Language(key),
            _ => PublishedNames.Alignment(key),
        };

    /// <summary>[192, 3, 4, 4]; P is a number that the published texts do not say.</summary>
    private static long[] Shape(string text) =>
        [
            .. text.Trim('[', ']')
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(size =>
                    long.TryParse(size.Trim('"', '\''), CultureInfo.InvariantCulture, out long number)
                        ? number
                        : new PerceptionConfig().ClassPrototypes
                ),
        ];
}
