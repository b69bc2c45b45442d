using System.Runtime.Intrinsics;

namespace OmgLlava.Engine;

/// <summary>
/// The engine's arithmetic on vectors of one width, shared out among a team of threads. How the work is cut does not depend on
/// the number of threads, and
/// neither do the results.
/// </summary>
/// <param name="team">The threads; not disposed with this.</param>
internal abstract unsafe partial class Kernels(ThreadTeam team)
{
    /// <summary>The threads.</summary>
    public ThreadTeam Team { get; } = team;

    /// <summary>Numbers in a vector.</summary>
    public abstract int Width { get; }

    /// <summary>Kernels for a set of instructions.</summary>
    public static Kernels For(InstructionSet instructions, ThreadTeam team) =>
        instructions switch
        {
            InstructionSet.Avx512 => new Kernels<Simd512, Vector512<float>>(team),
            InstructionSet.Avx2 => new Kernels<Simd256, Vector256<float>>(team),
            _ => new Kernels<Simd128, Vector128<float>>(team),
        };

    /// <summary>Runs something for a range cut into chunks.</summary>
    protected void Share(int count, int chunk, Action<int, int> work) =>
        Team.Run(
            (count + chunk - 1) / chunk,
            index =>
            {
                int start = index * chunk;
                work(start, Math.Min(chunk, count - start));
            }
        );
}

/// <summary>The same for one width.</summary>
internal sealed unsafe partial class Kernels<TS, TV>(ThreadTeam team) : Kernels(team)
    where TS : struct, ISimd<TV>
    where TV : struct
{
    /// <inheritdoc/>
    public override int Width => TS.Count;
}
