using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>Linear layers <c>0</c>, <c>1</c>, ... with an activation between them.</summary>
internal sealed class Mlp
{
    private readonly PackedMatrix[] _layers;
    private readonly Activation _activation;

    /// <param name="weights">Reads the layers.</param>
    /// <param name="activation">Applied between the layers, not after the last.</param>
    /// <param name="widths">Input width, hidden widths, output width.</param>
    public Mlp(WeightReader weights, Activation activation, params int[] widths)
    {
        _activation = activation;
        _layers = new PackedMatrix[widths.Length - 1];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = weights.At($"{i}").Linear(widths[i], widths[i + 1]);
        }
    }

    /// <summary>Of every row.</summary>
    public Tensor Forward(Kernels kernels, Tensor x)
    {
        Tensor result = x;
        for (int i = 0; i < _layers.Length; i++)
        {
            Tensor next = kernels.Multiply(result, _layers[i], i < _layers.Length - 1 ? _activation : Activation.None);
            if (i > 0)
            {
                result.Dispose();
            }

            result = next;
        }

        return result;
    }

    /// <summary>The projector of LLaVA: GELU between layers, all but the first square.</summary>
    public static Mlp Projection(WeightReader weights, int input, int output, int depth) =>
        new(weights, Activation.Gelu, [input, .. Enumerable.Repeat(output, depth)]);
}
