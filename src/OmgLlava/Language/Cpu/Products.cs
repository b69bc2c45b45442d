using System.Runtime.Intrinsics;
using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// Matrix products shared out over a team. A chunk goes through its weights once for every 64 tokens: of the two streams the
/// weights' is the narrower, and those tokens then stay in the second-level cache.
/// </summary>
internal sealed unsafe class Products(ThreadTeam team)
{
    private const int TileTokens = 64; // a tile of results then stays in the first-level cache
    private const int TileRows = WeightKernel.TileRows;
    private const int ChunksPerThread = 16;
    private const long LeastWork = 1 << 19; // products in a chunk that are worth handing over to another thread

    /// <summary>y = W x + b, or y += W x + b.</summary>
    /// <param name="weights">W (rows, columns).</param>
    /// <param name="x">x (tokens, columns).</param>
    /// <param name="tokens">How many tokens of x.</param>
    /// <param name="y">(tokens, rows).</param>
    /// <param name="add">Whether y is added to.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public void Multiply(Matrix weights, Activations x, int tokens, float* y, bool add, CancellationToken cancellation)
    {
        int groups = ChunkGroups(weights, tokens);
        team.Run(
            Chunks(weights, groups),
            chunk =>
            {
                float* tile = stackalloc float[TileTokens * TileRows];
                for (int first = 0; first < tokens; first += TileTokens)
                {
                    int count = Math.Min(TileTokens, tokens - first);
                    for (
                        int group = chunk * groups;
                        group < Math.Min(weights.Groups, (chunk + 1) * groups);
                        group += WeightKernel.TileGroups
                    )
                    {
                        Compute(weights, group, x, first, count, tile);
                        AddBias(weights, group, count, tile);
                        Write(tile, count, weights.Rows, group, y + ((long)first * weights.Rows), add);
                    }
                }
            },
            cancellation
        );
    }

    /// <summary>y = silu(G x) * U x, the gated part of a SwiGLU network.</summary>
    /// <param name="gate">G (rows, columns).</param>
    /// <param name="up">U (rows, columns).</param>
    /// <param name="x">x (tokens, columns).</param>
    /// <param name="tokens">How many tokens of x.</param>
    /// <param name="y">(tokens, rows).</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public void MultiplyGated(Matrix gate, Matrix up, Activations x, int tokens, float* y, CancellationToken cancellation)
    {
        int groups = ChunkGroups(gate, tokens);
        team.Run(
            Chunks(gate, groups),
            chunk =>
            {
                float* gated = stackalloc float[TileTokens * TileRows];
                float* tile = stackalloc float[TileTokens * TileRows];
                for (int first = 0; first < tokens; first += TileTokens)
                {
                    int count = Math.Min(TileTokens, tokens - first);
                    for (
                        int group = chunk * groups;
                        group < Math.Min(gate.Groups, (chunk + 1) * groups);
                        group += WeightKernel.TileGroups
                    )
                    {
                        Compute(gate, group, x, first, count, gated);
                        Compute(up, group, x, first, count, tile);
                        for (int i = 0; i < count * TileRows; i += 8)
                        {
                            (Silu(Vector256.Load(gated + i)) * Vector256.Load(tile + i)).Store(tile + i);
                        }

                        Write(tile, count, gate.Rows, group, y + ((long)first * gate.Rows), add: false);
                    }
                }
            },
            cancellation
        );
    }

    private static void Compute(Matrix weights, int group, Activations x, int first, int count, float* tile)
    {
        if (count == 1)
        {
            weights.Vector(group, WeightKernel.TileGroups, x, first, tile);
        }
        else
        {
            weights.Tile(group, x, first, count, tile);
        }
    }

    private static void AddBias(Matrix weights, int group, int tokens, float* tile)
    {
        if (weights.Bias is not { } memory)
        {
            return;
        }

        int row = group * WeightLayout.GroupRows;
        int count = Math.Min(TileRows, weights.Rows - row);
        float* bias = (float*)memory.Pointer + row;
        for (int token = 0; token < tokens; token++, tile += TileRows)
        {
            for (int i = 0; i < count; i++)
            {
                tile[i] += bias[i];
            }
        }
    }

    private static void Write(float* tile, int tokens, int rows, int group, float* y, bool add)
    {
        int row = group * WeightLayout.GroupRows;
        int count = Math.Min(TileRows, rows - row);
        y += row;
        for (int token = 0; token < tokens; token++, tile += TileRows, y += rows)
        {
            int i = 0;
            for (; i + 8 <= count; i += 8)
            {
                Vector256<float> value = Vector256.Load(tile + i);
                (add ? value + Vector256.Load(y + i) : value).Store(y + i);
            }

            for (; i < count; i++)
            {
                y[i] = add ? y[i] + tile[i] : tile[i];
            }
        }
    }

    private static Vector256<float> Silu(Vector256<float> x) => x / (Vector256<float>.One + Vector256.Exp(-x));

    /// <summary>An even number of groups that makes a chunk: enough work to be worth it, few enough to share out
    /// evenly.</summary>
    private int ChunkGroups(Matrix weights, int tokens)
    {
        long groupWork = Math.Max(1, (long)weights.Columns * WeightLayout.GroupRows * tokens);
        long worth = Math.Max(1, LeastWork / groupWork);
        long even = weights.Groups / (team.Threads * ChunksPerThread);
        return (int)((Math.Max(worth, even) + 1) / 2 * 2);
    }

    private static int Chunks(Matrix weights, int groups) => (weights.Groups + groups - 1) / groups;
}
