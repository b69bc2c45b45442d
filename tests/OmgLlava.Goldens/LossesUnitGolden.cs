using System.Text.Json;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

public class LossesUnitGolden
{
    [Theory, GoldenData(GoldenKinds.LossesUnit)]
    public void Matches(string name) => GoldenCase.Run(name, Compare);

    private static void Compare(GoldenCase golden)
    {
        CompareLoss(golden, "dice", MaskLoss.Dice);
        CompareLoss(golden, "bce", MaskLoss.CrossEntropy);
        ComparePoints(golden, golden.Config);
    }

    private static void CompareLoss(GoldenCase golden, string name, Func<Tensor, Tensor, Tensor> compute)
    {
        Tensor predicted = golden.In("pred").requires_grad_();
        Tensor loss = compute(predicted, golden.In("target"));
        loss.backward();
        golden.Check(name, loss);
        golden.Check($"{name}_grad", predicted.grad!);
    }

    private static void ComparePoints(GoldenCase golden, JsonElement config)
    {
        var sampler = new PointSampler
        {
            Points = config.GetProperty("P").GetInt32(),
            Oversampling = config.GetProperty("oversample_ratio").GetDouble(),
            UncertainShare = config.GetProperty("importance_sample_ratio").GetDouble(),
        };
        Tensor predicted = golden.In("mask_pred").squeeze(1);
        Tensor points = sampler.Choose(predicted, golden.In("rand_oversampled"), golden.In("rand_rest"));
        golden.Check("point_coords", points);
        golden.Check("sampled_pred", PointSampler.Sample(predicted, points));
        golden.Check("sampled_gt", PointSampler.Sample(golden.In("gt_mask"), points));
    }
}
