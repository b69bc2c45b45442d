using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>What became of a visual prompt.</summary>
/// <param name="Query">(1, 2C): content and position.</param>
/// <param name="MaskLogits">(1, h, w).</param>
/// <param name="IouLogit">The logit of the IoU that the model expects of the mask.</param>
internal sealed record DecodedPrompt(Tensor Query, Tensor MaskLogits, float IouLogit) : IDisposable
{
    public void Dispose()
    {
        Query.Dispose();
        MaskLogits.Dispose();
    }
}
