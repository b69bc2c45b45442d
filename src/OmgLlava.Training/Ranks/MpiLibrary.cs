using System.Runtime.InteropServices;

namespace OmgLlava.Training.Ranks;

/// <summary>
/// The functions of the installed MPI (MPI standard 3.1) that training needs. Open MPI's handles are addresses of its own
/// objects, those of MPICH and all that share its binary interface (Intel MPI, MVAPICH, Cray MPICH) are numbers; both fit a
/// native integer. All that takes time begins only and is asked about: who waits inside MPI keeps a core busy.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Several threads may call, one at a time.</summary>
    public const int Serialized = 2;

    private MpiLibrary(nint library)
    {
        IsOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world);
        World = IsOpenMpi ? world : 0x44000000;
        Byte = IsOpenMpi ? Symbol("ompi_mpi_byte") : 0x4c00010d;
        Int32 = IsOpenMpi ? Symbol("ompi_mpi_int") : 0x4c000405;
        Double = IsOpenMpi ? Symbol("ompi_mpi_double") : 0x4c00080b;
        Sum = IsOpenMpi ? Symbol("ompi_mpi_op_sum") : 0x58000003;
        InPlace = IsOpenMpi ? 1 : -1;
        IgnoreStatus = IsOpenMpi ? 0 : 1;
        InitThread = (delegate* unmanaged<nint, nint, int, int*, int>)Symbol("MPI_Init_thread");
        Finish = (delegate* unmanaged<int>)Symbol("MPI_Finalize");
        Abort = (delegate* unmanaged<nint, int, int>)Symbol("MPI_Abort");
        Rank = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_rank");
        Size = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_size");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Symbol("MPI_Ibcast");
        AllGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Symbol("MPI_Iallgather");
        AllGatherVarying =
            (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Symbol("MPI_Iallgatherv");
        AllReduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, nint*, int>)Symbol("MPI_Iallreduce");
        Test = (delegate* unmanaged<nint*, int*, nint, int>)Symbol("MPI_Test");

        nint Symbol(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Whether it is Open MPI; MPICH or one of its kind otherwise.</summary>
    public bool IsOpenMpi { get; }

    public nint World { get; }

    public nint Byte { get; }

    public nint Int32 { get; }

    public nint Double { get; }

    public nint Sum { get; }

    public nint InPlace { get; }

    public nint IgnoreStatus { get; }

    public delegate* unmanaged<nint, nint, int, int*, int> InitThread { get; }

    public delegate* unmanaged<int> Finish { get; }

    public delegate* unmanaged<nint, int, int> Abort { get; }

    public delegate* unmanaged<nint, int*, int> Rank { get; }

    public delegate* unmanaged<nint, int*, int> Size { get; }

    public delegate* unmanaged<void*, int, nint, int, nint, nint*, int> Broadcast { get; }

    public delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> AllGather { get; }

    public delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> AllGatherVarying { get; }

    public delegate* unmanaged<nint, void*, int, nint, nint, nint, nint*, int> AllReduce { get; }

    public delegate* unmanaged<nint*, int*, nint, int> Test { get; }

    /// <summary>Loads the first that is found.</summary>
    /// <param name="names">Names or paths.</param>
    /// <exception cref="OmgLlavaException">None is found, or what is found is no MPI.</exception>
    public static MpiLibrary Load(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                try
                {
                    return new MpiLibrary(library);
                }
                catch (EntryPointNotFoundException error)
                {
                    throw new OmgLlavaException($"'{name}' is no MPI library of version 3 or newer: {error.Message}", error);
                }
            }
        }

        throw new OmgLlavaException(
            $"This process was started by an MPI launcher, but no MPI library was found ({string.Join(", ", names)}); install the one "
                + $"that the launcher belongs to, or name its file in {MpiLauncher.LibraryVariable}."
        );
    }
}
