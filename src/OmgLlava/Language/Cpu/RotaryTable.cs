using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>Cosines and sines of new positions (RoPE), each (rows, tokens, rotary size / 2).</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly long _half;
    private readonly long _count;

    /// <param name="config">Base, sizes and scaling.</param>
    /// <param name="cache">Tells the positions that were before, and the padding.</param>
    /// <param name="tokens">New positions of each row.</param>
    public RotaryTable(LanguageConfig config, CpuKvCache cache, int tokens)
    {
        int rows = cache.LeftPadding.Count;
        _half = config.RotarySize / 2;
        _count = (long)rows * tokens * _half;
        _memory = AlignedMemory.Of<float>(2 * _count);
        float* cosine = (float*)_memory.Pointer;
        var frequencies = RotaryFrequencies.Of(config, cache.Length + tokens);
        for (int row = 0; row < rows; row++)
        {
            for (int token = 0; token < tokens; token++)
            {
                float position = Math.Max(0, cache.Length + token - cache.LeftPadding[row]);
                foreach (float frequency in frequencies.Values)
                {
                    (float sin, float cos) = MathF.SinCos(position * frequency);
                    (cosine[0], cosine[_count]) = (cos * frequencies.Scale, sin * frequencies.Scale);
                    cosine++;
                }
            }
        }
    }

    /// <summary>(rotary size / 2) of a token, counted over all rows.</summary>
    public float* Cosine(int token) => (float*)_memory.Pointer + (token * _half);

    /// <summary>(rotary size / 2) of a token, counted over all rows.</summary>
    public float* Sine(int token) => Cosine(token) + _count;

    public void Dispose() => _memory.Dispose();
}
