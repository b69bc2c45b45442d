using OmgLlava.Torch;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class PositionalEncodingsGolden
{
    [Theory, GoldenData(GoldenKinds.PositionalEncodings)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        int features = GoldenPerception.Int(golden.Config, "num_feats");
        int height = GoldenPerception.Int(golden.Config, "H");
        int width = GoldenPerception.Int(golden.Config, "W");
        Tensor grid = SinePositionEncoding.Grid(height, width, 2 * features, CPU);
        Tensor frame = SinePositionEncoding.SingleFrame(height, width, 2 * features, CPU);
        golden.Check("sine2d", Channels(grid, height, width).unsqueeze(0));
        golden.Check("sine3d", Channels(frame, height, width).unsqueeze(0).unsqueeze(0));
        golden.Check("sine3d_flat", frame.unsqueeze(0));
        Tensor coordinates = golden.In("coords");
        golden.Check("sine2d", Channels(Vision.Waves.Grid(height, width, 2 * features).ToTorch(), height, width).unsqueeze(0));
        Tensor flat = coordinates.flatten(0, -2);
        golden.Check(
            "coord_encoding",
            Vision
                .Waves.Boxes(flat.ToEngine(), (int)(golden["out/coord_encoding"].shape[^1] / 4))
                .ToTorch()
                .view(golden["out/coord_encoding"].shape)
        );
        golden.Check("coord_encoding", SinePositionEncoding.Boxes(coordinates, golden["out/coord_encoding"].shape[^1] / 4));
        golden.Check("inverse_sigmoid", VisualPromptEncoder.InverseSigmoid(coordinates.mul(1.2).sub(0.1)));
    }

    private static Tensor Channels(Tensor encoding, int height, int width) => encoding.t().unflatten(1, height, width);
}
