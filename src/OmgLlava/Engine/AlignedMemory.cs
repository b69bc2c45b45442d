using System.Runtime.InteropServices;

namespace OmgLlava.Engine;

/// <summary>
/// Memory outside the garbage collector's, at the start of a cache line. Large pieces lie on 2 MB boundaries and ask Linux for
/// huge pages: reading gigabytes of weights for each token in pages of 4 KB costs a tenth of the speed.
/// </summary>
internal sealed unsafe partial class AlignedMemory : IDisposable
{
    private const int CacheLine = 64;
    private const int HugePage = 2 << 20;
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    private void* _pointer;

    /// <param name="bytes">How much; not cleared.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public AlignedMemory(long bytes)
    {
        ByteCount = bytes;
        bool large = bytes >= 2 * HugePage;
        _pointer = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), (nuint)(large ? HugePage : CacheLine));
        if (large && OperatingSystem.IsLinux())
        {
            // A wish; nothing depends on it. The last page, which is not filled, is left out: it would be taken whole.
            _ = Advise(_pointer, (nuint)(bytes / HugePage * HugePage), AdviseHugePage);
        }
    }

    ~AlignedMemory() => Free();

    public long ByteCount { get; }

    public byte* Pointer => (byte*)_pointer;

    /// <summary>Memory for numbers.</summary>
    public static AlignedMemory Of<T>(long count)
        where T : unmanaged => new(checked(count * sizeof(T)));

    public void Clear() => NativeMemory.Clear(_pointer, (nuint)ByteCount);

    /// <summary>All of it; at most 2 GiB.</summary>
    public Span<byte> Bytes() => new(_pointer, checked((int)ByteCount));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
