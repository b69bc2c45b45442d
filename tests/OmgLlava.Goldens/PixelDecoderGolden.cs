using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;

namespace OmgLlava.Goldens;

public class PixelDecoderGolden
{
    [Theory, GoldenData(GoldenKinds.PixelDecoder)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var decoder = new PixelDecoder(GoldenPerception.Config(golden.Config, golden), Placement.Default);
        GoldenPerception.Load(golden, decoder, ours: "pixel_decoder.", required: "");
        PixelFeatures features = decoder.Decode([golden.In("feat0"), golden.In("feat1"), golden.In("feat2"), golden.In("feat3")]);
        golden.Check("mask_feature", features.MaskFeatures);
        for (int level = 0; level < features.Memories.Count; level++)
        {
            golden.Check($"memory{level}", features.Memories[level]);
        }

        using var engine = new GoldenVision(
            GoldenPerception.Config(golden.Config, golden),
            null,
            ("perception.pixel_decoder.", decoder)
        );
        engine.CheckPixelDecoder(golden);
    }
}
