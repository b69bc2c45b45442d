using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// The products of one weight format on one instruction set. Every kernel of a format sums in the same order, so that all
/// instruction sets give the same bits.
/// </summary>
internal abstract unsafe class WeightKernel
{
    /// <summary>Groups that <see cref="Tile"/> takes at once.</summary>
    public const int TileGroups = 2;

    /// <summary>Rows of a tile.</summary>
    public const int TileRows = TileGroups * WeightLayout.GroupRows;

    /// <summary>The kernel of a format.</summary>
    public static WeightKernel For(WeightFormat format, InstructionSet instructions) =>
        (format, instructions) switch
        {
            (WeightFormat.Int4, InstructionSet.Avx512) => new Int4Avx512(),
            (WeightFormat.Int4, InstructionSet.Avx2) => new Int4Avx2(),
            (WeightFormat.Int4, _) => new Int4Portable(),
            (WeightFormat.Int8, InstructionSet.Avx512) => new Int8Avx512(),
            (WeightFormat.Int8, InstructionSet.Avx2) => new Int8Avx2(),
            (WeightFormat.Int8, _) => new Int8Portable(),
            (WeightFormat.BFloat16, _) => new FloatKernel<BFloat16Weights>(),
            _ => new FloatKernel<Float32Weights>(),
        };

    /// <summary>Multiplies groups with one token.</summary>
    /// <param name="weights">The first of the groups.</param>
    /// <param name="groups">How many.</param>
    /// <param name="x">The activations.</param>
    /// <param name="token">The token.</param>
    /// <param name="output">Receives 16 numbers for each group.</param>
    public abstract void Vector(byte* weights, int groups, Activations x, int token, float* output);

    /// <summary>Multiplies two groups with some tokens.</summary>
    /// <param name="weights">The first of the two groups.</param>
    /// <param name="x">The activations.</param>
    /// <param name="first">The first of the tokens.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="tile">Receives (tokens, 32).</param>
    public virtual void Tile(byte* weights, Activations x, int first, int tokens, float* tile)
    {
        for (int i = 0; i < tokens; i++)
        {
            Vector(weights, TileGroups, x, first + i, tile + (i * TileRows));
        }
    }
}
