using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>Draws the weights of modules that are trained from scratch, as PyTorch does by default for each kind of
/// layer.</summary>
internal static class WeightInitialization
{
    /// <summary>Fills all parameters of a module.</summary>
    /// <param name="module">Module to fill.</param>
    /// <param name="random">Source of the random numbers, so that a seed gives the same weights again.</param>
    public static void Draw(nn.Module module, Generator random)
    {
        using var noGradient = no_grad();
        foreach (nn.Module layer in module.modules().Prepend(module).Distinct()) // TorchSharp leaves the module itself out
        {
            var own = layer.named_parameters(recurse: false).ToDictionary(p => p.name, p => (Tensor)p.parameter);
            switch (layer)
            {
                case Linear or Convolution:
                    double bound = 1 / Math.Sqrt((double)own["weight"].numel() / own["weight"].shape[0]);
                    Uniform(own.Values, bound, random);
                    break;
                case LayerNorm or GroupNorm:
                    own["weight"].FillInPlace(1);
                    own["bias"].FillInPlace(0);
                    break;
                default:
                    Normal(own.Values, random);
                    break;
            }
        }
    }

    private static void Uniform(IEnumerable<Tensor> parameters, double bound, Generator random)
    {
        foreach (Tensor parameter in parameters)
        {
            parameter.uniform_(-bound, bound, random);
        }
    }

    /// <summary>Embeddings and other parameters that stand for themselves.</summary>
    private static void Normal(IEnumerable<Tensor> parameters, Generator random)
    {
        foreach (Tensor parameter in parameters)
        {
            parameter.normal_(0, 1, random);
        }
    }
}
