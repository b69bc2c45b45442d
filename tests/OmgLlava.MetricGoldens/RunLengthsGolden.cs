using System.Text.Json;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;
using OmgLlava.Json;

namespace OmgLlava.MetricGoldens;

/// <summary>Masks as run lengths against pycocotools.</summary>
public class RunLengthsGolden
{
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.RunLengths)]
    public void Encoding(string name) =>
        MetricCase.Run(
            name,
            "masks",
            golden =>
            {
                foreach (JsonElement entry in golden.Read("masks.json").GetProperty("masks").EnumerateArray())
                {
                    string label = $"{entry.GetProperty("id")}";
                    CocoRle rle = MaskFile.Load(golden.PathOf(entry.GetProperty("file").GetString()!)).ToRle();
                    golden.Equal($"{label}.counts", rle.ToString(), entry.GetProperty("counts").GetString()!);
                    golden.Equal($"{label}.area", rle.Area, entry.GetProperty("area").GetInt64());
                    golden.Numbers($"{label}.bbox", Corners(RleMath.BoundingBox(rle)), entry.GetProperty("bbox"));
                    if (entry.GetProperty("runs") is { ValueKind: JsonValueKind.Array } runs)
                    {
                        golden.Numbers($"{label}.runs", rle.Runs.Select(run => (double)run), runs);
                    }
                }
            }
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.RunLengths)]
    public void Overlaps_of_masks(string name) =>
        MetricCase.Run(
            name,
            "iou",
            golden =>
            {
                CocoRle[] masks = Masks(golden);
                JsonElement expected = golden.Read("iou.json");
                bool[] mixed = [.. expected.GetProperty("iscrowd_mixed").EnumerateArray().Select(flag => flag.GetInt32() != 0)];
                for (int d = 0; d < masks.Length; d++)
                {
                    Compare("iou_no_crowd", _ => false);
                    Compare("iou_all_crowd", _ => true);
                    Compare("iou_mixed_crowd", g => mixed[g]);

                    void Compare(string kind, Func<int, bool> crowd) =>
                        golden.Numbers(
                            $"{kind}[{d}]",
                            masks.Select((truth, g) => RleMath.IntersectionOverUnion(masks[d], truth, crowd(g))),
                            expected.GetProperty(kind)[d]
                        );
                }
            }
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.RunLengths)]
    public void Unions_and_intersections(string name) =>
        MetricCase.Run(
            name,
            "merge",
            golden =>
            {
                CocoRle[] masks = Masks(golden);
                JsonElement expected = golden.Read("merge.json");
                foreach ((int i, JsonElement group) in expected.GetProperty("groups").EnumerateArray().Index())
                {
                    CocoRle[] parts = Parts(group);
                    CocoRle union = RleMath.Union(parts)!;
                    CocoRle intersection = RleMath.Intersection(parts)!;
                    golden.Equal($"{i}.union", union.ToString(), group.GetProperty("union").GetString()!);
                    golden.Equal($"{i}.intersection", intersection.ToString(), group.GetProperty("intersection").GetString()!);
                    golden.Equal($"{i}.union_area", union.Area, group.GetProperty("union_area").GetInt64());
                    golden.Equal($"{i}.intersection_area", intersection.Area, group.GetProperty("intersection_area").GetInt64());
                    golden.Numbers($"{i}.size", [union.Height, union.Width], group.GetProperty("size"));
                }

                // Where pycocotools answers with a mask of 0 x 0, there is none.
                JsonElement mismatch = expected.GetProperty("size_mismatch");
                CocoRle? merged = RleMath.Union(Parts(mismatch));
                golden.Numbers("size_mismatch.size", [merged?.Height ?? 0, merged?.Width ?? 0], mismatch.GetProperty("size"));
                golden.Equal("size_mismatch.counts", merged?.ToString() ?? "", mismatch.GetProperty("counts").GetString()!);

                CocoRle[] Parts(JsonElement group) =>
                    [.. group.GetProperty("ids").EnumerateArray().Select(id => masks[id.GetInt32()])];
            }
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.RunLengths)]
    public void Overlaps_of_boxes(string name) =>
        MetricCase.Run(
            name,
            "box_iou",
            golden =>
            {
                JsonElement expected = golden.Read("box_iou.json");
                CocoBox[] truth = [.. expected.GetProperty("gt").EnumerateArray().Select(CocoSegmentation.ReadBox)];
                bool[] crowd = [.. expected.GetProperty("iscrowd").EnumerateArray().Select(flag => flag.GetInt32() != 0)];
                foreach (
                    (int d, CocoBox detection) in expected
                        .GetProperty("dt")
                        .EnumerateArray()
                        .Select(CocoSegmentation.ReadBox)
                        .Index()
                )
                {
                    golden.Numbers(
                        $"iou[{d}]",
                        truth.Select((box, g) => detection.IntersectionOverUnion(box, crowd[g])),
                        expected.GetProperty("iou")[d]
                    );
                    golden.Numbers(
                        $"iou_no_crowd[{d}]",
                        truth.Select(box => detection.IntersectionOverUnion(box)),
                        expected.GetProperty("iou_no_crowd")[d]
                    );
                }
            }
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.RunLengths)]
    public void Polygons(string name) =>
        MetricCase.Run(
            name,
            "polygons",
            golden =>
            {
                JsonElement expected = golden.Read("polygons.json");
                foreach (JsonElement entry in expected.GetProperty("polygons").EnumerateArray())
                {
                    string label = $"{entry.GetProperty("id")}";
                    (int width, int height) = (entry.GetProperty("width").GetInt32(), entry.GetProperty("height").GetInt32());
                    CocoRle[] parts =
                    [
                        .. entry
                            .GetProperty("segmentation")
                            .EnumerateArray()
                            .Select(part => CocoSegmentation.Read(Wrap(part), width, height)),
                    ];
                    golden.Equal(
                        $"{label}.parts",
                        string.Join(' ', parts),
                        string.Join(' ', entry.GetProperty("parts").EnumerateArray().Select(part => part.GetString()))
                    );
                    golden.Numbers($"{label}.part_area", parts.Select(part => (double)part.Area), entry.GetProperty("part_area"));
                    foreach ((int i, CocoRle part) in parts.Index())
                    {
                        golden.Numbers(
                            $"{label}.part_bbox[{i}]",
                            Corners(RleMath.BoundingBox(part)),
                            entry.GetProperty("part_bbox")[i]
                        );
                    }

                    CocoRle merged = CocoSegmentation.Read(entry.GetProperty("segmentation"), width, height);
                    golden.Equal($"{label}.merged", merged.ToString(), entry.GetProperty("merged").GetString()!);
                    golden.Equal($"{label}.merged_area", merged.Area, entry.GetProperty("merged_area").GetInt64());
                    golden.Numbers(
                        $"{label}.merged_bbox",
                        Corners(RleMath.BoundingBox(merged)),
                        entry.GetProperty("merged_bbox")
                    );
                }

                JsonElement boxes = expected.GetProperty("boxes");
                foreach ((int i, JsonElement box) in boxes.GetProperty("boxes").EnumerateArray().Index())
                {
                    CocoRle drawn = CocoSegmentation.Draw(
                        CocoSegmentation.ReadBox(box),
                        boxes.GetProperty("width").GetInt32(),
                        boxes.GetProperty("height").GetInt32()
                    );
                    golden.Equal($"boxes[{i}]", drawn.ToString(), boxes.GetProperty("counts")[i].GetString()!);
                    golden.Equal($"boxes[{i}].area", drawn.Area, boxes.GetProperty("area")[i].GetInt64());
                }

                foreach ((int i, JsonElement entry) in expected.GetProperty("uncompressed").EnumerateArray().Index())
                {
                    JsonElement size = entry.GetProperty("size");
                    CocoRle rle = CocoRle.FromRuns(
                        size[1].GetInt32(),
                        size[0].GetInt32(),
                        [.. entry.GetProperty("runs").EnumerateArray().Select(run => run.GetUInt32())]
                    );
                    golden.Equal($"uncompressed[{i}]", rle.ToString(), entry.GetProperty("counts").GetString()!);
                    golden.Equal($"uncompressed[{i}].area", rle.Area, entry.GetProperty("area").GetInt64());
                }
            }
        );

    private static CocoRle[] Masks(MetricCase golden) =>
        [
            .. golden
                .Read("masks.json")
                .GetProperty("masks")
                .EnumerateArray()
                .OrderBy(entry => entry.GetProperty("id").GetInt32())
                .Select(entry =>
                    CocoRle.Parse(
                        entry.GetProperty("width").GetInt32(),
                        entry.GetProperty("height").GetInt32(),
                        entry.GetProperty("counts").GetString()!
                    )
                ),
        ];

    private static JsonElement Wrap(JsonElement part) => JsonSerializer.SerializeToElement(new[] { part });

    private static IEnumerable<double> Corners(CocoBox box) => [box.X, box.Y, box.Width, box.Height];
}
