using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Runtime;

/// <summary>The heap that libtorch takes its tensors from.</summary>
internal static partial class NativeHeap
{
    private const long LargeMap = 1 << 20;

    private static bool _cannotTrim = !OperatingSystem.IsLinux();

    /// <summary>
    /// Gives freed memory back to the system after work on a large map. glibc keeps freed blocks below 32 MB for later, and the
    /// maps of a large encoder, one stage after the other, would leave hundreds of megabytes to nobody. Takes milliseconds, and
    /// the next pass has to ask for the memory again, page by page: so not for small models, however large the batch, nor under
    /// training. Does nothing on other systems.
    /// </summary>
    /// <param name="map">What the work was on (B, ...); after one that is small for a picture nothing is done.</param>
    public static void TrimAfter(Tensor map)
    {
        if (_cannotTrim || map.requires_grad || map.numel() / map.shape[0] < LargeMap || map.device_type != DeviceType.CPU)
        {
            return;
        }

        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            _cannotTrim = true; // a C library without it, such as musl
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
