using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class BackboneGolden
{
    [Theory, GoldenData(GoldenKinds.Backbone)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var encoder = new ConvNextEncoder(GoldenPerception.Config(golden.Config, golden), Placement.Default);
        GoldenPerception.Load(golden, encoder, ours: "image_encoder.", required: "");
        Tensor[] stages = encoder.Encode(golden.In("images"));
        for (int i = 0; i < stages.Length; i++)
        {
            golden.Check($"stage{i}", stages[i]);
        }

        Tensor expected = golden["out/clip_head_feat"];
        Tensor positions = stages[3].flatten(2).transpose(1, 2).narrow(1, 0, expected.shape[1]);
        golden.Check("clip_head_feat", encoder.ProjectToClip(positions));
        using var engine = new GoldenVision(
            GoldenPerception.Config(golden.Config, golden),
            null,
            ("perception.image_encoder.", encoder)
        );
        engine.CheckEncoder(golden);
    }
}
