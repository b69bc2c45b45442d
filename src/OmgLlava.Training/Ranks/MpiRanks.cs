using System.Runtime.InteropServices;

namespace OmgLlava.Training.Ranks;

/// <summary>The processes of one MPI job.</summary>
internal sealed unsafe class MpiRanks : RankGroup
{
    private const int LargestMessage = 1 << 24;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly MpiLibrary _mpi;
    private readonly Lock _gate = new(); // MPI may be called by any thread, but by one at a time
    private readonly List<nint> _sums = []; // addresses of requests, which must not move
    private readonly Thread _pump;
    private readonly SemaphoreSlim _wanted = new(0);
    private bool _over;

    public MpiRanks(MpiLauncher launcher)
    {
        _mpi = MpiLibrary.Load(launcher.Libraries);
        int threads;
        Check(_mpi.InitThread(0, 0, MpiLibrary.Serialized, &threads), "MPI_Init_thread");
        if (threads < MpiLibrary.Serialized)
        {
            throw new OmgLlavaException("The installed MPI library was built without threads; training needs one that has them.");
        }

        int rank;
        int count;
        Check(_mpi.Rank(_mpi.World, &rank), "MPI_Comm_rank");
        Check(_mpi.Size(_mpi.World, &count), "MPI_Comm_size");
        (Rank, Count) = (rank, count);
        if (launcher.Count is { } started && started != count)
        {
            throw new OmgLlavaException(
                $"{started} processes were started, but {(_mpi.IsOpenMpi ? "Open MPI" : "MPICH")} knows of {count}: its launcher is "
                    + $"another MPI's. Use the mpirun of the library, or name the library of this mpirun in "
                    + $"{MpiLauncher.LibraryVariable}."
            );
        }

        _pump = new Thread(Pump) { IsBackground = true, Name = "MPI" };
        _pump.Start();
    }

    public override int Rank { get; }

    public override int Count { get; }

    public override void Abort(int code) => _mpi.Abort(_mpi.World, code); // without the lock: a thread may be waiting inside

    internal override IReadOnlyList<byte[]> Gather(byte[] mine)
    {
        int[] lengths = new int[Count];
        int[] starts = new int[Count];
        int length = mine.Length;
        lock (_gate)
        {
            fixed (int* all = lengths)
            {
                Check(_mpi.AllGather(&length, 1, _mpi.Int32, all, 1, _mpi.Int32, _mpi.World), "MPI_Allgather");
            }

            for (int i = 1; i < Count; i++)
            {
                starts[i] = checked(starts[i - 1] + lengths[i - 1]);
            }

            byte[] said = new byte[checked(starts[^1] + lengths[^1])];
            fixed (byte* from = mine)
            fixed (byte* to = said)
            fixed (int* sizes = lengths)
            fixed (int* places = starts)
            {
                Check(
                    _mpi.AllGatherVarying(from, length, _mpi.Byte, to, sizes, places, _mpi.Byte, _mpi.World),
                    "MPI_Allgatherv"
                );
            }

            return [.. lengths.Select((size, i) => said.AsSpan(starts[i], size).ToArray())];
        }
    }

    internal override void Share(Span<byte> bytes)
    {
        lock (_gate)
        {
            for (int start = 0; start < bytes.Length; start += LargestMessage)
            {
                Span<byte> part = bytes[start..Math.Min(bytes.Length, start + LargestMessage)];
                fixed (byte* first = part)
                {
                    Check(_mpi.Broadcast(first, part.Length, _mpi.Byte, 0, _mpi.World), "MPI_Bcast");
                }
            }
        }
    }

    internal override void BeginSum(Span<double> numbers)
    {
        lock (_gate)
        {
            fixed (double* first = numbers)
            {
                nint* request = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
                Check(
                    _mpi.BeginAllReduce(_mpi.InPlace, first, numbers.Length, _mpi.Double, _mpi.Sum, _mpi.World, request),
                    "MPI_Iallreduce"
                );
                _sums.Add((nint)request);
            }
        }

        _wanted.Release();
    }

    internal override void FinishSums()
    {
        while (!Progress())
        {
            Thread.Yield();
        }
    }

    public override void Dispose()
    {
        _over = true;
        _wanted.Release();
        _pump.Join();
        _ = _mpi.Finish();
        _wanted.Dispose();
        base.Dispose();
    }

    /// <summary>Messages move only while somebody calls MPI: while others compute, this thread does.</summary>
    private void Pump()
    {
        while (true)
        {
            _wanted.Wait();
            if (_over)
            {
                return;
            }

            while (!Progress())
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <summary>Moves messages on.</summary>
    /// <returns>Whether all are through.</returns>
    private bool Progress()
    {
        lock (_gate)
        {
            for (int i = _sums.Count - 1; i >= 0; i--)
            {
                int done;
                Check(_mpi.Test((nint*)_sums[i], &done, _mpi.IgnoreStatus), "MPI_Test");
                if (done != 0)
                {
                    NativeMemory.Free((void*)_sums[i]);
                    _sums.RemoveAt(i);
                }
            }

            return _sums.Count == 0;
        }
    }

    private static void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new OmgLlavaException($"{function} failed with code {code}.");
        }
    }
}
