using OmgLlava.Perception;
using OmgLlava.Torch;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class PriorEmbeddingGolden
{
    [Theory, GoldenData(GoldenKinds.PriorEmbedding)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        Tensor classes = golden.In("mask_cls");
        Tensor masks = golden.In("mask_pred");
        (int Height, int Width) image = ((int)masks.shape[1], (int)masks.shape[2]);
        int[] grid = [.. golden.Config.GetProperty("feat_size").EnumerateArray().Select(n => n.GetInt32())];

        PerceptionPrior published = Prior(PriorForm.Concatenation);
        golden.Check("pixel_query", published.PixelQueries[0].unflatten(0, grid[0], grid[1]));
        golden.Check("attn_mask", published.Unassigned[0]);
        Tensor display = PerceptionPrior.DisplayMasks(classes, masks, published.Unassigned[0], PriorForm.Concatenation);
        golden.Check("vis_binary_masks", display.unsqueeze(1).to(uint8));

        foreach (
            (string expected, PriorForm form) in ((string, PriorForm)[])
                [("pixel_query", PriorForm.Concatenation), ("paper_formula_pixel_query", PriorForm.Addition)]
        )
        {
            using var engine = Vision.Prior.Compute(
                GoldenVision.AnyKernels,
                classes.ToEngine(),
                masks.ToEngine(),
                golden.In("query_feat").ToEngine(),
                image,
                (grid[0], grid[1]),
                form
            );
            golden.Check(expected, engine.PixelQueries.ToTorch().unflatten(0, grid[0], grid[1]));
        }

        PerceptionPrior paper = Prior(PriorForm.Addition);
        golden.Check("paper_formula_pixel_query", paper.PixelQueries[0].unflatten(0, grid[0], grid[1]));

        PerceptionPrior Prior(PriorForm form) =>
            PerceptionPrior.Compute(
                classes.unsqueeze(0),
                masks.unsqueeze(0),
                golden.In("query_feat").unsqueeze(0),
                image,
                (grid[0], grid[1]),
                form
            );
    }
}
