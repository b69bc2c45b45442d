using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>The weights of one layer.</summary>
internal sealed record CpuLayer(
    AlignedMemory AttentionNorm,
    Matrix QueryKeyValue,
    Matrix AttentionOutput,
    AlignedMemory FeedForwardNorm,
    Matrix Gate,
    Matrix Up,
    Matrix Down
) : IDisposable
{
    public IEnumerable<Matrix> Matrices => [QueryKeyValue, AttentionOutput, Gate, Up, Down];

    public void Dispose()
    {
        AttentionNorm.Dispose();
        FeedForwardNorm.Dispose();
        foreach (Matrix matrix in Matrices)
        {
            matrix.Dispose();
        }
    }
}
