using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class PromptsGolden
{
    [Theory, GoldenData(GoldenKinds.Prompts)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var model = new PerceptionModel(GoldenPerception.Config(golden.Config, golden), Placement.Default);
        GoldenPerception.Load(golden, model, required: ["decoder", "prompts", "level_embedding"]);
        DecoderMemory memory = GoldenPerception.Memory(golden, model);
        (int Height, int Width) size = (golden.Json.GetProperty("H").GetInt32(), golden.Json.GetProperty("W").GetInt32());

        Tensor points = golden.In("points");
        (Tensor content, Tensor position) = model.Prompts.Encode(points, size);
        golden.Compare("mid/point_query_feat0", content, golden["mid/point_query_feat0"]);
        golden.Compare("mid/point_query_embed", position, golden["mid/point_query_embed"]);

        Tensor regions = golden.In("regions").to(float32);
        golden.Compare("mid/region_points", PerceptionModel.Centers(regions).to(int64), golden["mid/region_points"]);
        golden.Compare("mid/region_distance_transform", Distances(regions), golden["mid/region_distance_transform"]);

        golden.Check("point_feat_pos", PerImage("points_batch_idx", points, (p, m) => model.DecodePoints(p, m, size)));
        golden.Check("box_feat_pos", PerImage("boxes_batch_idx", golden.In("boxes"), (b, m) => model.DecodeBoxes(b, m, size)));
        golden.Check("mask_feat_pos", PerImage("regions_batch_idx", regions, (r, m) => model.DecodeRegions(r, m, size)));
        using var engine = new GoldenVision(model.Config, null, ("perception.", model));
        engine.CheckPrompts(golden, size);

        // Prompts are decoded image by image, and the rows put back into the order of the case.
        Tensor PerImage(string index, Tensor prompts, Func<Tensor, DecoderMemory, DecodedQueries> decode)
        {
            long[] images = [.. golden.In(index).data<long>()];
            var rows = new Tensor[images.Length];
            foreach (var group in images.Index().GroupBy(pair => pair.Item, pair => pair.Index))
            {
                long[] members = [.. group.Select(i => (long)i)];
                Tensor joined = decode(prompts.index_select(0, tensor(members)), memory.Image(group.Key)).Joined()[0];
                foreach ((int row, long member) in members.Index())
                {
                    rows[member] = joined[row];
                }
            }

            return stack(rows);
        }
    }

    private static Tensor Distances(Tensor regions)
    {
        (int height, int width) = ((int)regions.shape[1], (int)regions.shape[2]);
        return stack(
            Enumerable
                .Range(0, (int)regions.shape[0])
                .Select(n =>
                    tensor(DistanceTransform.Compute([.. regions[n].gt(0.5).contiguous().data<bool>()], width, height))
                        .view(height, width)
                )
        );
    }
}
