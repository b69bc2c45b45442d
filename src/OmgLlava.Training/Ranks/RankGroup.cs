namespace OmgLlava.Training.Ranks;

/// <summary>
/// The processes that train one model together, numbered from 0. What one of them calls here all of them call, in the same order.
/// </summary>
internal abstract class RankGroup : IDisposable
{
    /// <summary>One process.</summary>
    public static RankGroup Alone { get; } = new SingleRank();

    /// <summary>This process's number.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Count { get; }

    /// <summary>Whether this process writes checkpoints, log and progress.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>The processes that an MPI launcher (<c>mpirun</c>, <c>mpiexec</c>, <c>srun</c>) started together with this one;
    /// <see cref="Alone"/> where none did.</summary>
    /// <exception cref="OmgLlavaException">A launcher did, and its MPI library is not found, or cannot be used.</exception>
    public static RankGroup Join() => MpiLauncher.Find() is { } launcher ? new MpiRanks(launcher) : Alone;

    /// <summary>Ends all processes at once.</summary>
    /// <param name="code">The exit code.</param>
    public abstract void Abort(int code);

    /// <summary>What each process says, by rank.</summary>
    internal abstract IReadOnlyList<byte[]> Gather(byte[] mine);

    /// <summary>Gives all processes what the first one has.</summary>
    /// <param name="bytes">What it has; overwritten in the others.</param>
    internal abstract void Share(Span<byte> bytes);

    /// <summary>Begins to add up what all processes have; each gets the sum in its place. Several sums may be under
    /// way.</summary>
    /// <param name="numbers">Native memory, not to be touched until <see cref="FinishSums"/> has returned.</param>
    internal abstract void BeginSum(Span<double> numbers);

    /// <summary>Waits until all sums are there.</summary>
    internal abstract void FinishSums();

    /// <summary>Whether any process says yes.</summary>
    internal bool Any(bool mine) => Gather([(byte)(mine ? 1 : 0)]).Any(said => said[0] != 0);

    /// <summary>The first process's number.</summary>
    internal double Share(double number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BitConverter.TryWriteBytes(bytes, number);
        Share(bytes);
        return BitConverter.ToDouble(bytes);
    }

    /// <summary>Leaves the others; all leave together.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
