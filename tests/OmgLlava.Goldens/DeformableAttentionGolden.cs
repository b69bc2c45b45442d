using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class DeformableAttentionGolden
{
    [Theory, GoldenData(GoldenKinds.DeformableAttention)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        using var attention = new DeformableAttention(
            GoldenPerception.Int(golden.Config, "embed"),
            GoldenPerception.Int(golden.Config, "heads"),
            GoldenPerception.Int(golden.Config, "levels"),
            GoldenPerception.Int(golden.Config, "points"),
            Placement.Default
        );
        var parameters = attention.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        using (no_grad())
        {
            foreach ((string published, Tensor value) in golden.Weights())
            {
                parameters[published.Replace("_proj.", "_projection.", StringComparison.Ordinal)].copy_(value);
            }
        }

        long[] sizes = [.. golden.In("spatial_shapes").data<long>()];
        Tensor query = golden.In("query");
        Tensor output = attention.Forward(
            query.add(golden.In("query_pos")),
            query,
            golden.In("reference_points"),
            [.. sizes.Chunk(2).Select(s => (s[0], s[1]))]
        );
        golden.Check("output", output.add(query));
    }
}
