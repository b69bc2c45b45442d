using OmgLlava.Alignment;
using OmgLlava.Torch.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class SpliceGolden
{
    [Theory, GoldenData(GoldenKinds.Splice)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        Tensor table = golden.Weights().Single().Value; // (V, D)
        var placeholders = new PromptPlaceholders(
            golden.Config.GetProperty("region_id").GetInt64(),
            golden.Config.GetProperty("mark_id").GetInt64()
        );
        golden.Require(golden.Config.GetProperty("image_id").GetInt64() == PromptPlaceholders.ImageId, "image_id", "is another");
        var splicer = new PromptSplicer(placeholders, ids => table.index_select(0, ids));
        Tensor[] images =
        [
            .. Enumerable.Range(0, golden.CountNumbered("in/pixel_values")).Select(i => golden.In($"pixel_values{i}")),
        ];
        Tensor ids = golden.In("input_ids");
        Tensor regions = Optional("regions_feats");
        Tensor marks = Optional("mark_feats");

        SplicedPrompt batch = splicer.Splice(
            new PromptTokens(ids, golden.In("attention_mask"), golden.In("labels")),
            new VisualEmbeddings(images, regions, marks)
        );
        golden.Check("inputs_embeds", batch.Embeddings);
        golden.Check("labels", batch.Labels!);
        golden.Check("attention_mask", batch.Mask);
        golden.Check("position_ids", batch.Positions);

        Tensor first = ids.narrow(0, 0, 1);
        SplicedPrompt single = splicer.Splice(
            new PromptTokens(first),
            new VisualEmbeddings(
                [.. images.Take((int)Count(PromptPlaceholders.ImageId))],
                regions.narrow(0, 0, Count(placeholders.RegionId)),
                marks.narrow(0, 0, Count(placeholders.MarkId))
            )
        );
        golden.Check("single_inputs_embeds", single.Embeddings);
        golden.Require(single.Labels is null, "single labels", "there are some");

        Tensor Optional(string name) => golden.Has($"in/{name}") ? golden.In(name) : zeros(0, table.shape[1]);

        long Count(long id) => first.eq(id).sum().item<long>();
    }
}
