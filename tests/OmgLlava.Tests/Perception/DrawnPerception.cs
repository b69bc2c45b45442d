using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

/// <summary>Perception with random weights, the same each time.</summary>
internal static class DrawnPerception
{
    public static PerceptionModel Of(PerceptionConfig config)
    {
        var model = new PerceptionModel(config, Placement.Default);
        WeightInitialization.Draw(model, new Generator(7, CPU));
        model.eval();
        return model;
    }
}
