using System.Runtime.InteropServices;

namespace OmgLlava.Training.Ranks;

/// <summary>The processes of one MPI job.</summary>
internal sealed unsafe class MpiRanks : RankGroup
{
    private const int LargestMessage = 1 << 24;

    private const int SpinsBeforeSleep = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly MpiLibrary _mpi;
    private readonly Lock _gate = new(); // MPI may be called by any thread, but by one at a time
    private readonly List<nint> _running = []; // addresses of requests, which must not move
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
        int[] sent = [length];
        fixed (int* own = sent)
        fixed (int* all = lengths)
        {
            int* from = own;
            int* to = all;
            Do("MPI_Iallgather", r => _mpi.AllGather(from, 1, _mpi.Int32, to, 1, _mpi.Int32, _mpi.World, r));
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
            byte* own = from;
            byte* all = to;
            int* each = sizes;
            int* where = places;
            Do(
                "MPI_Iallgatherv",
                r => _mpi.AllGatherVarying(own, length, _mpi.Byte, all, each, where, _mpi.Byte, _mpi.World, r)
            );
        }

        return [.. lengths.Select((size, i) => said.AsSpan(starts[i], size).ToArray())];
    }

    internal override void Share(Span<byte> bytes)
    {
        for (int start = 0; start < bytes.Length; start += LargestMessage)
        {
            Span<byte> part = bytes[start..Math.Min(bytes.Length, start + LargestMessage)];
            int length = part.Length;
            fixed (byte* first = part)
            {
                byte* from = first;
                Do("MPI_Ibcast", r => _mpi.Broadcast(from, length, _mpi.Byte, 0, _mpi.World, r));
            }
        }
    }

    internal override void BeginSum(Span<double> numbers)
    {
        int length = numbers.Length;
        fixed (double* first = numbers)
        {
            double* from = first;
            Begin(
                "MPI_Iallreduce",
                r => _mpi.AllReduce(_mpi.InPlace, from, length, _mpi.Double, _mpi.Sum, _mpi.World, r)
            );
        }

        _wanted.Release();
    }

    internal override void FinishSums()
    {
        var spin = new SpinWait();
        while (!Progress())
        {
            spin.SpinOnce(SpinsBeforeSleep);
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

    private delegate int Operation(nint* request);

    private void Do(string function, Operation begin)
    {
        Begin(function, begin);
        FinishSums();
    }

    private void Begin(string function, Operation begin)
    {
        lock (_gate)
        {
            nint* request = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
            _running.Add((nint)request);
            Check(begin(request), function);
        }
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
            for (int i = _running.Count - 1; i >= 0; i--)
            {
                int done;
                Check(_mpi.Test((nint*)_running[i], &done, _mpi.IgnoreStatus), "MPI_Test");
                if (done != 0)
                {
                    NativeMemory.Free((void*)_running[i]);
                    _running.RemoveAt(i);
                }
            }

            return _running.Count == 0;
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
