using System.Runtime.InteropServices;

namespace OmgLlava.Torch.Runtime;

/// <summary>
/// In which order autograd walks back: of the nodes that are ready it takes the one with the highest number, and every thread
/// numbers the nodes that it makes by itself. What is made on a thread whose numbers are ahead is therefore handled as soon as
/// its gradient is there, although it was made before the rest of the graph.
/// </summary>
/// <remarks>libtorch exports the counter under its C++ name only. Where that is missing the walk is the usual one: slower to give
/// the first gradients, never wrong.</remarks>
internal static unsafe class GraphOrder
{
    private static readonly nint Library = NativeLibrary.TryLoad("libtorch_cpu.so", out nint library) ? library : 0;
    private static readonly delegate* unmanaged<ulong> Peek = (delegate* unmanaged<ulong>)Symbol("_ZN2at15sequence_number4peekEv");
    private static readonly delegate* unmanaged<ulong> Next =
        (delegate* unmanaged<ulong>)Symbol("_ZN2at15sequence_number17get_and_incrementEv");

    /// <summary>Whether the order can be changed.</summary>
    public static bool CanChange => Peek != null && Next != null;

    /// <summary>The number of the next node of this thread.</summary>
    public static ulong Here => CanChange ? Peek() : 0;

    /// <summary>Lets this thread go on at a number, if it is not there already.</summary>
    public static void Advance(ulong number)
    {
        while (CanChange && Peek() < number)
        {
            Next();
        }
    }

    private static nint Symbol(string name) =>
        Library != 0 && NativeLibrary.TryGetExport(Library, name, out nint address) ? address : 0;
}
