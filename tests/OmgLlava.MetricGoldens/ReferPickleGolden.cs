using System.Globalization;
using System.Text.Json;
using OmgLlava.Data;
using OmgLlava.Data.Coco;
using OmgLlava.Data.Referring;
using OmgLlava.Imaging;
using OmgLlava.Weights;

namespace OmgLlava.MetricGoldens;

/// <summary>The REFER data sets, which are pickles of Python 2, and gRefCOCO, against the published readers.</summary>
public class ReferPickleGolden
{
    private const string Generalized = "grefcoco";

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.ReferPickle)]
    public void Matches(string name)
    {
        string path = Path.Combine(MetricFolder.Root, name, "expected.json");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.Multiple([
            .. expected
                .RootElement.EnumerateObject()
                .Select<JsonProperty, Action>(set =>
                    () =>
                        MetricCase.Run(
                            name,
                            set.Name,
                            golden =>
                            {
                                if (set.Name == Generalized)
                                {
                                    CompareGeneralized(golden, set.Value);
                                }
                                else
                                {
                                    ComparePickle(golden, set.Name, set.Value);
                                    CompareSet(golden, set.Name, set.Value);
                                }
                            }
                        )
                ),
        ]);
    }

    /// <summary>The plain data of the pickle, member by member.</summary>
    private static void ComparePickle(MetricCase golden, string name, JsonElement expected)
    {
        string path = Directory.EnumerateFiles(golden.PathOf(name), "refs(*).p").Single();
        using FileStream file = File.OpenRead(path);
        golden.Equal("pickle", Describe(PickleReader.Read(file, path)), Describe(expected.GetProperty("refs")));
    }

    private static void CompareSet(MetricCase golden, string name, JsonElement expected)
    {
        string file = Path.GetFileName(Directory.EnumerateFiles(golden.PathOf(name), "refs(*).p").Single());
        ReferSet set = ReferSet.Open(golden.Folder, name, file["refs(".Length..^").p".Length]);
        Ids("ref_ids", set.Records.Select(record => record.Id), expected.GetProperty("ref_ids"));
        Ids("ann_ids", set.Instances.Annotations.Select(annotation => annotation.Id), expected.GetProperty("ann_ids"));
        Ids("img_ids", set.Instances.Images.Select(image => image.Id), expected.GetProperty("img_ids"));
        Ids("cat_ids", set.Instances.Categories.Select(category => (long)category.Id), expected.GetProperty("cat_ids"));
        foreach (JsonProperty split in expected.GetProperty("ref_ids_by_split").EnumerateObject())
        {
            Ids($"split {split.Name}", set.Select(split.Name).Select(record => record.Id), split.Value);
        }

        foreach (JsonProperty category in expected.GetProperty("ref_ids_by_category").EnumerateObject())
        {
            Ids(
                $"category {category.Name}",
                set.Records.Where(record => $"{record.CategoryId}" == category.Name).Select(record => record.Id),
                category.Value
            );
        }

        foreach (JsonProperty image in expected.GetProperty("ann_ids_by_image").EnumerateObject())
        {
            Ids(
                $"image {image.Name}",
                set.Instances.OfImage(long.Parse(image.Name, null)).Select(annotation => annotation.Id),
                image.Value
            );
        }

        (ReferRecord Record, ReferSentence Sentence)[] sentences =
        [
            .. set.Records.SelectMany(record => record.Sentences.Select(sentence => (record, sentence))),
        ];
        golden.Equal(
            "sent_to_ref",
            Describe(sentences.ToDictionary(pair => $"{pair.Sentence.Id}", pair => (object?)pair.Record.Id)),
            Describe(expected.GetProperty("sent_to_ref"))
        );
        golden.Equal(
            "sent_to_tokens",
            Describe(
                sentences.ToDictionary(pair => $"{pair.Sentence.Id}", pair => (object?)pair.Sentence.Tokens.ToList<object?>())
            ),
            Describe(expected.GetProperty("sent_to_tokens"))
        );

        // Of several records of one object, the published reader keeps the last.
        golden.Equal(
            "ann_to_ref",
            Describe(
                set.Records.GroupBy(record => record.AnnotationId)
                    .ToDictionary(group => $"{group.Key}", group => (object?)group.Last().Id)
            ),
            Describe(expected.GetProperty("ann_to_ref"))
        );
        foreach (JsonElement mask in expected.GetProperty("masks").EnumerateArray())
        {
            ReferRecord record = set.Records.Single(record => record.Id == mask.GetProperty("ref_id").GetInt64());
            CompareMask(golden, set, record, mask);
        }

        void Ids(string label, IEnumerable<long> actual, JsonElement ids) =>
            golden.Equal(label, string.Join(' ', actual), string.Join(' ', ids.EnumerateArray().Select(id => id.GetInt64())));
    }

    /// <summary>The published reader adds the parts of a mask, so where they overlap it holds 2 or more; ours joins
    /// them.</summary>
    private static void CompareMask(MetricCase golden, ReferSet set, ReferRecord record, JsonElement expected)
    {
        EncodedMask region = set.RegionOf(record);
        int[] added = new int[region.Width * region.Height];
        foreach (CocoRle part in region.Parts)
        {
            bool[] inside = part.ToPixels();
            for (int i = 0; i < added.Length; i++)
            {
                added[i] += inside[i] ? 1 : 0;
            }
        }

        string label = $"mask {record.Id}";
        golden.Numbers($"{label}.size", [region.Height, region.Width], expected.GetProperty("size"));
        golden.Equal($"{label}.area", region.Parts.Sum(part => part.Area), expected.GetProperty("area").GetInt64());
        golden.Equal($"{label}.sum", added.Sum(), expected.GetProperty("sum").GetInt32());
        golden.Equal($"{label}.max_value", added.Max(), expected.GetProperty("max_value").GetInt32());
        golden.Equal($"{label}.nonzero", added.Count(value => value > 0), expected.GetProperty("nonzero").GetInt32());
        golden.Equal(
            $"{label}.binary_counts",
            region.ToMask().ToRle().ToString(),
            expected.GetProperty("binary_counts").GetString()!
        );
        golden.Equal($"{label}.odd_counts", Counts(value => value == 1), expected.GetProperty("odd_counts").GetString()!);
        PixelBox box = set.Instances.FindAnnotation(record.AnnotationId)!.Box!.Value;
        golden.Numbers($"{label}.box", [box.X0, box.Y0, box.Width, box.Height], expected.GetProperty("box"), 1e-4);

        string Counts(Func<int, bool> inside) =>
            CocoRle.FromPixels(region.Width, region.Height, [.. added.Select(inside)]).ToString();
    }

    private static void CompareGeneralized(MetricCase golden, JsonElement expected)
    {
        string path = Directory.EnumerateFiles(golden.PathOf(Generalized), "grefs(*).json").Single();
        CocoInstances instances = CocoInstances.Open(golden.PathOf($"{Generalized}/instances.json"));
        string images = golden.PathOf("images/mscoco/images/train2014");
        Dictionary<string, ReferringExpression> expressions = GeneralizedReferring
            .Open(path, instances, images)
            .ToDictionary(expression => expression.Id);
        Dictionary<long, (string Sentence, string Split)> records = golden
            .Read($"{Generalized}/{Path.GetFileName(path)}")
            .EnumerateArray()
            .ToDictionary(
                record => record.GetProperty("ref_id").GetInt64(),
                record =>
                    (
                        record.GetProperty("sentences")[0].GetProperty("sent_id").GetRawText(),
                        record.GetProperty("split").GetString()!
                    )
            );
        foreach (JsonElement mask in expected.GetProperty("masks").EnumerateArray())
        {
            long id = mask.GetProperty("ref_id").GetInt64();
            ReferringExpression expression = expressions[records[id].Sentence];
            golden.Equal($"mask {id}.empty", expression.NoTarget, mask.GetProperty("empty").GetBoolean());
            golden.Equal($"mask {id}", expression.Target.ToMask().ToRle().ToString(), mask.GetProperty("counts").GetString()!);
            golden.Equal($"mask {id}.area", expression.Target.ToMask().Area, mask.GetProperty("area").GetInt64());
        }

        foreach (JsonProperty split in expected.GetProperty("ref_ids_by_split").EnumerateObject())
        {
            golden.Equal(
                $"split {split.Name}",
                string.Join(
                    ' ',
                    records.Where(record => expressions[record.Value.Sentence].Split == split.Name).Select(record => record.Key)
                ),
                string.Join(' ', split.Value.EnumerateArray().Select(id => id.GetInt64()))
            );
        }
    }

    /// <summary>Plain data as text, members in order of their names, so that both sides can be compared whole.</summary>
    private static string Describe(object? value) =>
        value switch
        {
            JsonElement { ValueKind: JsonValueKind.Object } item => Braces(
                item.EnumerateObject().Select(member => (member.Name, Describe(member.Value)))
            ),
            JsonElement { ValueKind: JsonValueKind.Array } list =>
                $"[{string.Join(", ", list.EnumerateArray().Select(item => Describe(item)))}]",
            JsonElement { ValueKind: JsonValueKind.String } text => $"'{text.GetString()}'",
            JsonElement other => other.GetRawText(),
            IDictionary<string, object?> item => Braces(item.Select(member => (member.Key, Describe(member.Value)))),
            IDictionary<object, object?> item => Braces(
                item.Select(member => (Convert.ToString(member.Key, CultureInfo.InvariantCulture)!, Describe(member.Value)))
            ),
            IList<object?> list => $"[{string.Join(", ", list.Select(Describe))}]",
            string text => $"'{text}'",
            null => "null",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Braces(IEnumerable<(string Name, string Value)> members) =>
        $"{{{string.Join(", ", members.OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}: {member.Value}"))}}}";
}
