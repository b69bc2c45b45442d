using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class VisualEncoderGolden
{
    [Theory, GoldenData(GoldenKinds.VisualEncoder)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var model = new PerceptionModel(GoldenPerception.Config(golden.Config, golden), Placement.Default);
        GoldenPerception.Load(golden, model, required: "");
        using TorchPerception perception = model.Perceive(golden.In("images"));
        golden.Check("clip_feat_and_pixel_query", cat([perception.PixelFeatures, perception.Prior.PixelQueries], dim: -1));
        golden.Check("query_pos_feat", perception.ObjectQueries);
        golden.Check("attn_mask", perception.Prior.Unassigned);
        using var engine = new GoldenVision(model.Config, null, ("perception.", model));
        engine.CheckVisualEncoder(golden);

        Tensor stage = golden.In("stage3");
        Tensor shuffled = PerceptionModel.PixelShuffle(stage, 2); // (B, h * w, 4C)
        golden.Check("pixel_shuffle", shuffled.transpose(1, 2).unflatten(2, stage.shape[2] / 2, stage.shape[3] / 2));
    }
}
